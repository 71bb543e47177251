"""Baseline: the eventsourcing library as its documentation shows it: an Application, an Aggregate, `save`.

The aggregate keeps less than a drafted case does, in the library's favour: with as many bytes, a thousand events are
more than a megabyte on the wire, and there its pipelined insert waits for ever (eventsourcing 9.5.6, psycopg 3.3).
"""

from collections.abc import Mapping
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate


class Case(Aggregate):
    """One case with the first fields of a draft."""

    def __init__(self, number: str, kind: str, title: str, person: str, post: str) -> None:
        self.number = number
        self.kind = kind
        self.title = title
        self.person = person
        self.post = post


class Cases(Application[UUID]):
    """The application: nothing but what the library gives."""


def application(environment: Mapping[str, str]) -> Cases:
    """Open the application on Postgres."""
    return Cases(env=dict(environment))


def case(number: str) -> Case:
    """Make one case, not saved yet."""
    return Case(number=number, kind="routine_reply", title="道路台帳の照会への回答", person="0525", post="road-officer")
