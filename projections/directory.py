"""職員録のお知らせ: whom a change of the directory concerns."""

from collections.abc import Iterable

from domain.directory import Directory, facts, fold
from domain.directory.notices import to_notify
from domain.events import Fact
from projections.folding import StreamProjection
from projections.notices import to_persons

REMEMBERED = (
    facts.AbsenceRecorded,
    facts.AbsenceCancelled,
    facts.ChangeProposed,
    facts.ChangeConfirmed,
    facts.ChangeRefused,
)


def evolve(known: Directory, fact: Fact) -> Directory:
    """Give absences and proposals after one more fact; who holds which post is of no matter here."""
    return fold(known, (fact.event,)) if isinstance(fact.event, REMEMBERED) else known


def _concerned(before: Directory, fact: Fact, after: Directory) -> Iterable[str]:
    """Whom the directory says. An import of the whole organisation is no news to anybody."""
    by = fact.meta.by
    return to_persons(*to_notify(after, fact.event, by.person)) if by.kind == "person" else ()


DIRECTORY: StreamProjection[Directory] = StreamProjection(
    name="directory",
    edition=1,
    nouns=frozenset({"directory"}),
    initial=Directory(),
    evolve=evolve,
    told=dict.fromkeys(facts.EVENTS, _concerned),
)
