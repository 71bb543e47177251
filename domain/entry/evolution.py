"""管理簿の変化: how the facts add up to an entry. No rule, no clock, no refusal: facts are only copied."""

from domain.entry import facts
from domain.entry.facts import Standing, Told, Value
from domain.entry.state import Entry, Line
from domain.events import Event, Meta


def evolve(state: Entry, event: Event, meta: Meta) -> Entry:
    """Give the state after one more fact; a fact that is not the entry's own changes nothing but who took part."""
    if meta.by.kind == "person":
        state = state.with_(participants=state.participants | {meta.by.person})
    match event:
        case facts.Entered():
            return _entered(state, event, meta)
        case facts.Moved():
            return _moved(state, event, meta)
        case facts.PeopleTold():
            return _told(state, event.told)
        case facts.Reminded():
            return state.with_(remind_at=event.next_at, reminders=event.nth)
        case facts.OverdueReported():
            return _told(state.with_(overdue=True, remind_at=event.next_at), event.told)
        case facts.Closed():
            return state.with_(closed=True, remind_at=None)
    return state


def _entered(state: Entry, event: facts.Entered, meta: Meta) -> Entry:
    made = state.with_(
        register=event.register,
        register_label=event.register_label,
        edition=event.edition,
        title=event.title,
        confidential=event.confidential,
        urgent=event.urgent,
        fiscal_year=event.fiscal_year,
        maker=event.entrant,
        entered_at=meta.at,
        actors=event.actors,
    )
    return _stands(_noted(made, "記入", event.values, meta), event.standing, meta)


def _moved(state: Entry, event: facts.Moved, meta: Meta) -> Entry:
    state = _noted(state.with_(opens=event.opens), event.label, event.values, meta)
    return _stands(state, event.standing, meta) if event.standing is not None else state


def _stands(state: Entry, standing: Standing, meta: Meta) -> Entry:
    return state.with_(
        status=standing.state,
        where=standing,
        stage=state.stage + 1,
        since=meta.at,
        reminders=0,
        remind_at=standing.remind_at,
        overdue=False,
    )


def _noted(state: Entry, label: str, values: tuple[Value, ...], meta: Meta) -> Entry:
    line = Line(at=meta.at, by_name=meta.by.name, by_title=meta.by.title, label=label, values=values)
    said = {each.name: each for each in (*state.values, *values)}
    return state.with_(values=tuple(said.values()), timeline=(*state.timeline, line))


def _told(state: Entry, told: tuple[Told, ...]) -> Entry:
    known = {(each.who, each.post, each.person): each for each in (*state.told, *told)}
    persons = {each.person for each in told}
    return state.with_(told=tuple(known.values()), participants=state.participants | persons)
