"""What the development PKI does not do."""


class PkiRefused(Exception):
    """A request that is understood and not fulfilled. `code` is stable, the message is for developers."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
