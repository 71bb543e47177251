"""管理簿 on real parts: a loss is told at once and followed to its end; an overdue return is reported by the clock."""

from domain.streams import prefix_of
from tests.flows.entry_stories import HEAD, MAKER, entry_loss, entry_overdue, entry_take_home
from tests.flows.prefecture import Prefecture


async def test_a_loss_is_told_at_once_and_goes_to_its_closing_report(prefecture: Prefecture) -> None:
    entries = prefecture.of("entry")
    number = (await entry_loss(prefecture)).removeprefix(prefix_of("entry"))
    assert [line.label for line in entries.state(number).timeline] == ["記入", "端末停止", "経過の記録", "顛末報告"]


async def test_an_overdue_return_is_reported_to_the_head_by_the_clock_and_once(prefecture: Prefecture) -> None:
    entries = prefecture.of("entry")
    number = (await entry_overdue(prefecture)).removeprefix(prefix_of("entry"))
    assert entries.tags(number).count("overdue-reported") == 1
    assert {each.post for each in entries.state(number).told} >= {HEAD, MAKER}


async def test_a_register_that_is_only_a_text_ends_its_entries_by_the_clock(prefecture: Prefecture) -> None:
    entries = prefecture.of("entry")
    number = (await entry_take_home(prefecture)).removeprefix(prefix_of("entry"))
    assert entries.tags(number) == ["entered", "people-told", "moved", "people-told", "moved", "people-told", "closed"]
    assert [line.label for line in entries.state(number).timeline] == ["記入", "説明の確認", "満了"]
