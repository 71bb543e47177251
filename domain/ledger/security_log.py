"""The security log: refused, forged and unauthorised attempts. Beside the event history, never part of it; any
component may add to it.
"""

from domain.ledger.reading import LedgerReader

NOTE = (
    "INSERT INTO {schema}.security_log (what, actor, post, subject, act, code)"
    " VALUES (%(what)s, %(actor)s, %(post)s, %(subject)s, %(act)s, %(code)s)"
)


class SecurityLog:
    """Adds lines; nobody but the database's owner can take them away."""

    def __init__(self, reader: LedgerReader) -> None:
        self._reader = reader

    def note(self, *, what: str, actor: str, post: str | None, subject: str, act: str, code: str) -> None:
        """Add one line: what kind of attempt, by whom, on which stream or resource, doing what, and why it was
        refused.
        """
        wanted = {"what": what, "actor": actor, "post": post, "subject": subject, "act": act, "code": code}
        with self._reader.connection() as connection:
            connection.execute(self._reader.sql(NOTE), wanted)
