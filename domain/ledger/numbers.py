"""Case numbers: reserved before the case exists, one per create command however often it is sent (design.md §2)."""

from uuid import UUID

from domain.ledger.reading import LedgerReader

RESERVE = "SELECT serial, fiscal_year FROM {schema}.ledger_reserve_number(%(noun)s, %(fiscal_year)s, %(command)s)"


def reserve_number(reader: LedgerReader, *, noun: str, fiscal_year: int, command_id: UUID) -> tuple[int, int]:
    """Give serial and fiscal year of the number reserved for `command_id`; the first reservation holds, also over New
    Year's.

    A number is used once its case has events, and void once the command was refused; both can be seen from the
    ledger, so
    nothing is updated here.
    """
    with reader.connection() as connection:
        wanted = {"noun": noun, "fiscal_year": fiscal_year, "command": command_id}
        row = connection.execute(reader.sql(RESERVE), wanted, prepare=True).fetchone()
    return int(row["serial"]), int(row["fiscal_year"])
