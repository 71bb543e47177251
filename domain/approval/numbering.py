"""文書番号: the number of a decided document, per document symbol and fiscal year, without holes."""

from domain.approval import facts
from domain.approval.state import Approval
from domain.approval.story import Story
from domain.clock import civil_date
from domain.eras import fiscal_year
from domain.parties import unit_of
from domain.record import Given
from domain.streams import guard_stream


def number_stream(symbol: str, year: int) -> str:
    """Give the guard stream that numbers the documents of one symbol in one fiscal year."""
    return guard_stream("document-number", symbol, year)


def next_number_stream(state: Approval, given: Given) -> str:
    """Give the guard stream that would number the case if it were decided now."""
    return number_stream(_symbol(state, given), fiscal_year(civil_date(given.now)))


def _symbol(state: Approval, given: Given) -> str:
    """The document symbol, on the day of the decision, of the drafting unit or of the unit above it that has one
    (reference/domain.md §2.7-4); else that of the day of drafting, else the unit's name.
    """
    directory, on = given.directory, civil_date(given.now)
    units = (directory.unit(code, on) for code in directory.unit_path(unit_of(state.owner, directory, given.now), on))
    today = next((unit.document_symbol for unit in units if unit and unit.document_symbol), None)
    return today or state.document_symbol or state.owner.unit_name


def document_number(story: Story) -> tuple[str, int]:
    """Give number and fiscal year: the one the case has, else the next of its symbol and year, taken on the guard
    stream in the same transaction.
    """
    state, given = story.state, story.given
    if state.document_number is not None and state.document_year is not None:
        return state.document_number, state.document_year
    stream = next_number_stream(state, given)
    number = given.guards[stream].version + 1
    story.note(stream, facts.DocumentNumberAssigned(number=number, case=given.number))
    return f"{_symbol(state, given)}第{number}号", fiscal_year(civil_date(given.now))
