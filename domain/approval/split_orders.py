"""分割発注の確認: what cases of one counterparty and kind know of each other, on guard streams that name nobody."""

import hashlib
import unicodedata

from domain.approval import facts
from domain.approval.facts import Draft
from domain.clock import civil_date
from domain.events import On
from domain.policies.matter import judged_amount
from domain.policies.split_order import Counterparty, RecentCase
from domain.record import Given
from domain.streams import guard_stream


def counterparty_of(draft: Draft) -> Counterparty | None:
    """The draft's counterparty as the split-order policy compares it."""
    other = draft.counterparty
    return Counterparty(name=other.name, corporate_number=other.corporate_number) if other else None


def streams_of(draft: Draft) -> tuple[str, ...]:
    """The guard streams of the draft's counterparty and kind: one by name and one by corporate number.

    Both are hashed, so that stream names carry nothing personal. None without a counterparty.
    """
    other = counterparty_of(draft)
    if other is None:
        return ()
    keys = (f"name:{_plain(other.name)}", f"number:{other.corporate_number}" if other.corporate_number else "")
    hashed = (hashlib.sha256(key.encode()).hexdigest()[:24] for key in keys if key)
    return tuple(guard_stream("split-order", each, draft.kind) for each in hashed)


def recent_cases(given: Given, draft: Draft) -> tuple[RecentCase, ...]:
    """The other cases noted for the draft's counterparty (by either name or number) and kind.

    Neither the case itself nor the decision that it amends. Left open by the rules: a case that was withdrawn or
    refused since is still named; the drafter can say why it does not count.
    """
    counterparty = counterparty_of(draft)
    streams = streams_of(draft)
    if counterparty is None:
        return ()
    found: dict[str, RecentCase] = {}
    for stream in streams:
        for event in given.guards[stream].events if stream in given.guards else ():
            if not isinstance(event, facts.CaseNoted) or event.case in (given.number, draft.amends):
                continue
            same_number = stream != streams[0]
            number = counterparty.corporate_number if same_number else event.corporate_number
            other = Counterparty(name=counterparty.name, corporate_number=number)
            found[event.case] = RecentCase(number=event.case, kind=draft.kind, counterparty=other, on=event.on)
    return tuple(found.values())


def notes(given: Given, draft: Draft, amends_total_yen: int | None) -> tuple[On, ...]:
    """What submitting the draft adds to its streams, as far as they are loaded; nothing where the case is noted."""
    amount = judged_amount(draft.amount_yen, amends_total_yen)
    if draft.counterparty is None or amount is None:
        return ()
    note = facts.CaseNoted(
        case=given.number,
        amount_yen=amount,
        on=civil_date(given.now),
        corporate_number=draft.counterparty.corporate_number,
    )
    return tuple(
        On(stream, note)
        for stream in streams_of(draft)
        if stream in given.guards
        and all(
            not isinstance(event, facts.CaseNoted) or event.case != note.case for event in given.guards[stream].events
        )
    )


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
