"""一件の記録: one case as a Japanese story, told from its facts in their order."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from api.event_labels import LABELS
from api.pages.changes import Change
from api.pages.chronicle import Entry, actor, chronicle
from api.pages.formats import long_moment
from domain.events import Fact
from domain.ledger.reading import LedgerReader
from domain.streams import parse, stream_of
from kessai.auditing.lines import printable, tag_of
from kessai.processes import RECORDS

TELLERS: Mapping[str, Callable[[Sequence[Fact]], Sequence[Entry]]] = {"approval": chronicle}
MARKS = {"kept": " ", "removed": "-", "added": "+", "gap": " "}


def streams_of(reader: LedgerReader, number: str) -> tuple[str, ...]:
    """Give the streams a person may mean: the one of that very name, or every record's of that number."""
    wanted = (number, *(stream_of(noun, number) for noun in RECORDS))
    return tuple(stream for stream in wanted if reader.last_fact(stream) is not None)


def told(stream: str, facts: Sequence[Fact]) -> Iterator[str]:
    """Give the story line by line: when, who as displayed that day, what, what was said and what followed."""
    record = parse(stream)
    noun, number = record or (stream, "")
    label = RECORDS[noun].label if noun in RECORDS else noun
    yield f"{label} {number}(事実 {len(facts)} 件、位置 {facts[0].position}〜{facts[-1].position})"
    teller = TELLERS.get(noun)
    entries = teller(facts) if teller else tuple(map(_plain, facts))
    for fact, entry in zip(facts, entries, strict=True):
        behalf = f"({entry.behalf}に代わって)" if entry.behalf else ""
        yield printable(f"{long_moment(entry.at)} {entry.label}  {entry.who}{behalf}  [位置 {fact.position}]")
        if entry.said:
            yield printable(f"    「{entry.said}」")
        yield from (printable(f"    {note}") for note in entry.notes)
        for change in entry.changes:
            yield from map(printable, _change(change))


def _change(change: Change) -> Iterator[str]:
    if not change.lines:
        yield f"    {change.label}: {change.before} → {change.after}"
        return
    yield f"    {change.label}:"
    yield from (f"      {MARKS[line.mark]} {line.text}" for line in change.lines)


def _plain(fact: Fact) -> Entry:
    """A fact of a record without a teller of its own: who, when, and what it is called."""
    tag = tag_of(fact.event)
    return Entry(
        version=fact.version,
        at=fact.meta.at,
        who=actor(fact.meta.by),
        behalf=actor(fact.meta.on_behalf_of) if fact.meta.on_behalf_of else None,
        label=LABELS.get(tag, tag),
        tone="plain",
    )
