"""Baseline: the eventsourcing library as its documentation shows it: an Application, an Aggregate, `save`.

The aggregate's first event carries the facts of a drafted case, but for the text of its body: with it, a thousand
events
are more than a megabyte, and there the library's pipelined insert waits for ever (eventsourcing 9.5.6, psycopg 3.3).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate


class Case(Aggregate):
    """One case with the fields of a draft."""

    def __init__(
        self,
        number: str,
        kind: str,
        title: str,
        flags: Sequence[str],
        drafter: Mapping[str, str],
        document_symbol: str,
        fiscal_year: int,
        at: datetime,
        command_id: str,
        correlation_id: str,
    ) -> None:
        self.number = number
        self.kind = kind
        self.title = title
        self.flags = flags
        self.drafter = drafter
        self.document_symbol = document_symbol
        self.fiscal_year = fiscal_year
        self.at = at
        self.command_id = command_id
        self.correlation_id = correlation_id


class Cases(Application[UUID]):
    """The application: nothing but what the library gives."""


def application(environment: Mapping[str, str]) -> Cases:
    """Open the application on Postgres."""
    return Cases(env=dict(environment))


def case(number: str, at: datetime) -> Case:
    """Make one case."""
    drafter = {
        "name": "職員0525",
        "person": "0525",
        "post": "road-officer",
        "title": "道路課主事",
        "unit": "road",
        "unit_name": "道路課",
    }
    return Case(
        number=number,
        kind="routine_reply",
        title="道路台帳の閲覧に関する照会への回答について",
        flags=[],
        drafter=drafter,
        document_symbol="道路",
        fiscal_year=2026,
        at=at,
        command_id="157560ee-916f-446d-a83b-315c08716c12",
        correlation_id=f"approval-{number}",
    )
