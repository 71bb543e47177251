"""The development PKI: an authority for signers, time stamp authorities by generation, OCSP, CRL and RFC 3161 on an
injected clock, kept in a folder. It makes certificates that mean nothing to anybody else, and production refuses it
(`docs/adr/0020-development-pki-and-trust.md`).
"""

from signing.development_pki.errors import PkiRefused
from signing.development_pki.pki import DevelopmentPki
from signing.development_pki.profiles import Subject
from signing.development_pki.publication import Publication

__all__ = ["DevelopmentPki", "PkiRefused", "Publication", "Subject"]
