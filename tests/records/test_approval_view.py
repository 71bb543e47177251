"""What the finance division reads of a case in the Temporal Web UI: its table of steps, row by row."""

from domain.approval import RECORD
from tests.records.approval_story import Desk, draft, jst

ABROAD = jst(2026, 11, 18)  # vice-governor-1 is abroad


def rows(desk: Desk) -> list[list[str]]:
    """The cells of the table of steps, its heading first."""
    lines = RECORD.view(desk.state, len(desk.history)).details.splitlines()
    table = [line for line in lines if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_each_step_says_what_it_is_whose_it_is_and_until_or_since_when() -> None:
    desk = draft(amount_yen=12_000_000).pass_on(until="affairs-director")
    heading, first, *_, waiting, ahead = rows(desk)
    assert heading == ["順", "区分", "職", "状態", "結果", "処理日時・期限"]
    assert first[1:5] == ["回議", "道路課道路係長", "済", "承認"]
    assert waiting[1:5] == ["合議", "総務課長", "**処理待ち**", ""]
    assert waiting[5].endswith("17:15まで")
    assert ahead[1:] == ["決裁", "建設部次長", "これから", "", ""]


def test_an_act_of_a_stand_in_names_who_acted() -> None:
    desk = draft("affairs-officer", desk=Desk(now=ABROAD), amount_yen=60_000_000).pass_on(until="vice-governor-1")
    desk.when("proxy-decide", by="general-director", urgency="契約の期限が11月20日です。")
    last = rows(desk)[-1]
    assert last[1:5] == ["決裁", "副知事(第1順位)", "済", "決裁(総務部長)"]
