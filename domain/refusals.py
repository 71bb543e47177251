"""Refusals: a rule's answer to a command that may not happen. A refusal is a value with a stable code, never a
failure.
"""


class Refused(Exception):
    """Raised inside `decide` only; the ledger turns it into an outcome with a receipt. `field` names the input that
    caused it.
    """

    def __init__(self, code: str, field: str | None = None, detail: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.detail = detail


def require(condition: object, code: str, field: str | None = None) -> None:
    """Refuse with `code` unless `condition` holds."""
    if not condition:
        raise Refused(code, field)
