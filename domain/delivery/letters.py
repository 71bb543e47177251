"""通知の手紙: which things are worth a letter, and the little it may say: a fixed wording, a number and a link.

A letter is built from `Letter` alone, and `Letter` has no field for a title, an amount, a reason or another person's
name: what is not there cannot leak.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["task", "reminder", "notice"]

# Whoever did this themselves, or is told by a notice of the same fact, needs no letter about it.
NO_LETTER = frozenset({"draft", "enforce", "complete", "held"})
TASKS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "approval": {
            "act": "承認・決裁などの処理",
            "proxy": "代決(本来の処理者が不在です)",
            "post_review": "後閲",
            "circulation": "供覧文書の確認",
            "returned": "差し戻された案件の修正",
        },
        "telework": {
            "act": "申請の承認",
            "proxy": "申請の代決(所属長が不在です)",
            "overtime": "超勤の申請への回答",
            "start": "開始報告",
            "end": "終了報告",
            "report": "勤務内容報告",
            "acknowledge": "勤務内容報告の確認",
            "returned": "差し戻された申請の修正",
        },
        "entry": {"proxy": "処理(本来の処理者が不在です)"},
        "campaign": {
            "act": "参加と実施日の回答",
            "proxy": "参加と実施日の回答(所属長が不在です)",
            "close": "終了の処理",
            "close_proxy": "終了の処理(所属長が不在です)",
        },
    }
)
ANY_TASK, ANY_NEWS = "処理", "更新"
URGENT = "urgent"  # as quiet hours name the occasion (rules: `quiet_hours.except`)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Everything a letter may say. `case` is the record's Japanese name, `wording` a task's or an event's; an urgent
    case is called that, and no more.
    """

    kind: Kind
    case: str
    number: str
    wording: str
    to_name: str
    link: str
    urgent: bool = False


def worth_a_letter(task: str) -> bool:
    """Whether somebody is written to when the task comes to their desk."""
    return task not in NO_LETTER


def task_wording(noun: str, task: str) -> str:
    """Give what a record's task asks for, in Japanese."""
    return TASKS.get(noun, {}).get(task, ANY_TASK)
