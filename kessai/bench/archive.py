"""An archive to search in: completed cases of a year, of several divisions, kinds of words, amounts and days."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec

from domain.approval import facts
from domain.events import Event, Fact
from domain.ledger.order import Entry
from kessai.bench.samples import OFFICER, Desk
from kessai.composition import Composition

THINGS = (
    "橋梁点検",
    "道路台帳",
    "除雪作業",
    "庁舎清掃",
    "測量設計",
    "公園整備",
    "河川占用",
    "県営住宅",
    "交通安全",
    "災害復旧",
)
MATTERS = ("業務の委託", "照会への回答", "協定の締結", "資料の提出", "使用の許可", "物品の購入", "費用の負担")
UNITS = (("road", "道路課"), ("housing", "住宅課"), ("works", "建設管理課"), ("welfare", "社会福祉課"))
SERIES = "R7"  # no case of the running instance has such a number
AT_ONCE = 200
AFTER_DECISION: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (OFFICER, "enforce", {"method": "郵送", "seal_mode": "omitted"}),
    (OFFICER, "complete", {}),
)


def fill(parts: Composition, cases: int) -> list[str]:
    """Append that many completed cases in batches; give their numbers.

    Completed, because the reconciler would start a process for every open one.
    """
    desk = Desk(parts, year=SERIES)
    template = [fact for fact in desk.case(*AFTER_DECISION) if fact.stream.startswith("approval-")]
    numbers = [desk.number() for _ in range(cases)]
    for first in range(0, cases, AT_ONCE):
        chosen = numbers[first : first + AT_ONCE]
        parts.writer.append_batch([_case(desk, template, first + n, number) for n, number in enumerate(chosen)])
    return numbers


def _case(desk: Desk, template: list[Fact], nth: int, number: str) -> Entry:
    """One case, drafted on some day of the year before."""
    like = template[0].meta
    then = msgspec.structs.replace(like, at=like.at - timedelta(days=nth % 365))
    return desk.entry(f"approval-{number}", tuple(_events(template, nth)), then)


def _events(template: list[Fact], nth: int) -> Iterator[Event]:
    unit, unit_name = UNITS[nth % len(UNITS)]
    for fact in template:
        event = fact.event
        if isinstance(event, facts.Drafted):
            title = f"{THINGS[nth % len(THINGS)]}に係る{MATTERS[nth // 7 % len(MATTERS)]}について(第{nth}号)"
            draft = msgspec.structs.replace(event.draft, title=title, amount_yen=nth * 7919 % 50_000_000)
            drafter = msgspec.structs.replace(event.drafter, unit=unit, unit_name=unit_name)
            event = msgspec.structs.replace(event, draft=draft, drafter=drafter)
        yield event
