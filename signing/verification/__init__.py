"""The verdict over a signed PDF as a whole: any PDF, by anybody's software, judged in a process of its own."""

from signing.verification.report import EXIT_CODES, Certificate, Reason, Report, SignatureReport, Verdict
from signing.verification.verifying import verify

__all__ = ["EXIT_CODES", "Certificate", "Reason", "Report", "SignatureReport", "Verdict", "verify"]
