"""Baseline: the eventsourcing library as its documentation shows it: an Application, an Aggregate, `save`.

The aggregate's first event carries the same facts as a drafted case, so that as many bytes are stored.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate


class Case(Aggregate):
    """One case with the fields of a draft."""

    def __init__(
        self,
        number: str,
        kind: str,
        title: str,
        body: str,
        flags: Sequence[str],
        drafter: Mapping[str, str],
        document_symbol: str,
        fiscal_year: int,
        at: datetime,
        by: Mapping[str, str],
        command_id: str,
        correlation_id: str,
    ) -> None:
        self.number = number
        self.kind = kind
        self.title = title
        self.body = body
        self.flags = flags
        self.drafter = drafter
        self.document_symbol = document_symbol
        self.fiscal_year = fiscal_year
        self.at = at
        self.by = by
        self.command_id = command_id
        self.correlation_id = correlation_id


class Cases(Application):
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
        body="標記の件について、別紙のとおり照会がありましたので、次のとおり回答してよろしいか伺います。",
        flags=[],
        drafter=drafter,
        document_symbol="道路",
        fiscal_year=2026,
        at=at,
        by=drafter,
        command_id="157560ee-916f-446d-a83b-315c08716c12",
        correlation_id=f"approval-{number}",
    )
