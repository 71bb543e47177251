"""実施状況: how many of each unit's staff were to telework, and did, on the days it chose, now or at a past moment."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from domain.campaign.facts import Figure
from domain.directory import Directory
from projections.queries.telework_ratios import Counting, ratios


def figures(teleworks: Counting, directory: Directory, chosen: Mapping[str, Sequence[date]]) -> Iterator[Figure]:
    """Give one figure for each day of each unit of `chosen`, unit by unit; zeros where there was nobody. Numbers only,
    whoever asks.
    """
    days = sorted({day for each in chosen.values() for day in each})
    if not days:
        return
    counted = {(each.unit, each.day): each for each in ratios(teleworks, directory, tuple(chosen), days)}
    for unit, its_days in chosen.items():
        for day in its_days:
            found = counted.get((unit, day))
            yield Figure(
                unit=unit,
                day=day,
                staff=found.staff if found else 0,
                planned=found.planned if found else 0,
                actual=found.actual if found else 0,
            )
