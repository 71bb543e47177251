"""What the doctor says of the notifier: silent, waiting, stopped on purpose, given up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kessai.doctor.notifier import Queue, arriving, given_up, heard

NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
HOOK = "R8-000001"


@pytest.mark.parametrize(
    ("age", "level", "expected"),
    [(3.0, "ok", "3 秒前"), (121.0, "problem", "2 分前"), (None, "problem", "記録がありません")],
)
def test_a_notifier_that_is_silent_for_too_long_is_a_problem(age: float | None, level: str, expected: str) -> None:
    told = heard(age)
    assert (told.level, expected in told.says) == (level, True)
    assert (told.level == "ok") == (told.do == "")


def queue(receiver: str = "mail", **more: Any) -> Queue:
    times = {"failing_since": None, "untried_since": None}
    return Queue(receiver=receiver, **({"waiting": 4, "failing": 3, **times} | more))


@pytest.mark.parametrize(
    ("waits", "level", "expected"),
    [
        (queue(untried_since=NOW + timedelta(hours=9)), "ok", "送信待ちは 4 件"),  # until quiet hours end
        (queue(failing_since=NOW - timedelta(minutes=59)), "ok", "送信待ちは 4 件"),
        (queue(failing_since=NOW - timedelta(minutes=61)), "problem", "メールが 61 分届いていません(3 件"),
        (queue(HOOK, failing_since=NOW - timedelta(hours=5)), "problem", "Webhook R8-000001が 5 時間届いていません"),
        (queue(HOOK, untried_since=NOW - timedelta(minutes=11)), "problem", "11 分送られていません(4 件)"),
        (queue(HOOK, failing_since=NOW - timedelta(days=2), stopped="送信の停止"), "note", "止まっています"),
    ],
)
def test_what_does_not_arrive_is_a_problem_and_what_is_held_or_stopped_is_none(
    waits: Queue, level: str, expected: str
) -> None:
    first = next(arriving((waits,), NOW))
    assert (first.level, expected in first.says) == (level, True), first
    assert (first.level == "ok") == (first.do == "")


def test_what_was_given_up_is_told_until_it_is_forgotten_or_sent_again() -> None:
    assert list(given_up({})) == []
    (told,) = given_up({"mail": 2, HOOK: 1_200})
    assert told.level == "note"
    assert "メール 2 件、Webhook R8-000001 1,200 件" in told.says
    assert "replay" in told.do
