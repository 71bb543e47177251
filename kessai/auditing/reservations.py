"""番号の予約: case numbers run 1, 2, 3 … a year, and a case was opened by the command its number was reserved for."""

from collections.abc import Iterator

from domain.eras import era_year_code
from domain.ledger.findings import Finding, Kind
from kessai.auditing.snapshot import Snapshot

HOLES = """
SELECT noun, fiscal_year, max(serial), count(*) FROM {numbers}
GROUP BY noun, fiscal_year HAVING min(serial) <> 1 OR max(serial) <> count(*) ORDER BY 1, 2"""
YEARS = "SELECT DISTINCT fiscal_year FROM {numbers} WHERE fiscal_year BETWEEN 1989 AND 2999"
# Every case of a noun that has reservations at all, by the receipt that opened it, beside the number's.
OPENED = """
WITH years AS (SELECT * FROM unnest(%(years)s::int[], %(codes)s::text[]) AS y (fiscal_year, code)),
reserved AS (
    SELECT n.noun || '-' || y.code || '-' || lpad(n.serial::text, greatest(6, length(n.serial::text)), '0') AS stream,
           n.command_id
    FROM {numbers} n JOIN years y USING (fiscal_year)),
opened AS (
    SELECT stream, command_id, first_position FROM {receipts}
    WHERE refused_code IS NULL AND first_version = 1
    AND split_part(stream, '-', 1) IN (SELECT DISTINCT noun FROM {numbers}))
SELECT o.stream, o.first_position, o.command_id, r.command_id
FROM opened o LEFT JOIN reserved r USING (stream) WHERE r.command_id IS DISTINCT FROM o.command_id
ORDER BY o.first_position LIMIT 1000"""


def check_reservations(snapshot: Snapshot) -> Iterator[Finding]:
    """Check the table of reserved numbers against the receipts. A noun without any reservation is not looked at."""
    for noun, year, highest, count in snapshot.connection.execute(snapshot.sql(HOLES)).fetchall():
        yield Finding(kind="reservation-hole", stream=noun, seen=f"{year}年度 {highest}番まで{count}件")
    years = [year for (year,) in snapshot.connection.execute(snapshot.sql(YEARS)).fetchall()]
    wanted = {"years": years, "codes": [era_year_code(year) for year in years]}
    for stream, position, opened, reserved in snapshot.connection.execute(snapshot.sql(OPENED), wanted).fetchall():
        kind: Kind = "reservation-missing" if reserved is None else "reservation-differs"
        yield Finding(
            kind=kind, position=position, stream=stream, version=1, seen=str(reserved or ""), expected=str(opened)
        )
