"""Makes the packaged holiday table: `python -m kessai.holiday_table FIRST_YEAR LAST_YEAR ANNOUNCED_UNTIL LOADED_ON`."""

import csv
import io
import sys
from datetime import date

from domain.holidays import statutory_holidays


def holiday_table(*, first_year: int, last_year: int, announced_until: int, loaded_on: date) -> str:
    """The table as CSV text. `announced_until` is the last year whose equinox days the gazette has announced."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["date", "name", "source", "loaded_on"])
    for year in range(first_year, last_year + 1):
        for row in statutory_holidays(year, loaded_on=loaded_on, announced_until=announced_until):
            writer.writerow([row.day.isoformat(), row.name, row.source, row.loaded_on.isoformat()])
    return out.getvalue()


def main(arguments: list[str]) -> int:
    """Print the table; the caller directs it into domain/data/holidays.csv and reads the diff."""
    if len(arguments) != 4:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    first_year, last_year, announced_until = (int(text) for text in arguments[:3])
    loaded_on = date.fromisoformat(arguments[3])
    sys.stdout.write(
        holiday_table(first_year=first_year, last_year=last_year, announced_until=announced_until, loaded_on=loaded_on)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
