"""備考と代決の印: what an auditor reads in the book beside the day itself, line by line from the facts."""

from datetime import timedelta

from api.telework_book import COLUMNS, is_void
from domain.events import Fact
from projections.queries.telework_register import BookLine
from tests.records.office import jst
from tests.records.telework_story import Workday, home


def line(day: Workday) -> BookLine:
    facts = tuple(
        Fact(
            position=number, stream=day.stream, version=number, event=event, meta=meta,
            recorded_at=meta.at + timedelta(seconds=1),
        )
        for number, (event, meta) in enumerate(day.history, 1)
    )  # fmt: skip
    return BookLine(number=day.number, version=len(facts), state=day.state, facts=facts, assets=())


def cells(day: Workday) -> dict[str, str]:
    shown = line(day)
    return {column.name: column.cell(shown) for column in COLUMNS}


def test_a_request_that_lapsed_stands_struck_out_with_what_became_of_it() -> None:
    day = home().when("return", by="road-director", reason="業務内容を具体的に").at(11, 12, 17, 15).tick()
    assert is_void(line(day))
    assert cells(day)["remarks"] == "R8.11.9 差戻し:業務内容を具体的に\nR8.11.12 再提出の期限切れ(取下げ)"
    assert cells(day)["ordered"] == ""


def test_what_a_stand_in_decided_is_marked() -> None:
    day = home()
    day.away("road-director", jst(2026, 11, 9), jst(2026, 11, 13))
    assert cells(day.when("approve", by="road-lead"))["ordered"].startswith("道路課長 代\n")


def test_late_changed_and_ordered_without_a_request_are_remarked() -> None:
    late = home(workday=Workday().at(11, 11, 8), late_reason="急な家庭の事情")
    assert cells(late)["remarks"] == "期限後の申請:急な家庭の事情"
    changed = home().when("change", by="road-officer", work_pattern="early", reason="会議のため")
    assert cells(changed)["remarks"] == "R8.11.9 変更(勤務時間):会議のため"
    assert cells(changed)["hours"] == "7:30～16:15"
    order = {"to_post": "road-officer", "kind": "home", "day": "2026-11-14", "tasks": "集計", "reason": "大雪"}
    assert cells(Workday().when("order", by="road-director", **order))["remarks"] == "申請によらない命令:大雪"
