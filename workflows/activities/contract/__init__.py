"""契約の処理: what the signer role does outside the ledger, one module for each kind of step (ADR 0024)."""

from workflows.activities.contract.custody import Custody
from workflows.activities.contract.performing import OutsideSteps
from workflows.activities.contract.tools import Keys, Tools

__all__ = ["Custody", "Keys", "OutsideSteps", "Tools"]
