"""The loss of the demonstration: one button, everybody told at once, and followed to its closing report."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from domain.clock import JST
from domain.entry import RECORD
from domain.eras import short_era_date
from kessai.story.telework import Advance, at
from kessai.story.walker import Case, Walker


class EntryWalker(Walker):
    """Walks entries of registers; what can be done with one, and what it is called, is in its register's definition."""

    record = RECORD
    states: ClassVar = {}

    def titles(self, case: Case) -> dict[str, str]:
        """Those of who made the entry and of everybody who was told."""
        return {each["post"]: each["title"] for each in (*case["told"], case["entrant"])}

    def state_of(self, case: Case) -> str:
        """As the definition calls it."""
        return str(case["state_label"])

    def enter(self, post: str, register: str, key: str, what: str, **fields: Any) -> Case:
        """Make an entry as `post`."""
        return self.begin(post, f"/v1/registers/{register}/entries", key, what, {"fields": fields})

    def move(self, post: str, case: Case, verb: str, **fields: Any) -> Case:
        """Have `post` do one of the register's own verbs."""
        path = f"/v1/{self.record.plural}/{case['number']}/{verb}"
        after = self._post(post, path, f"{case['number']}/{case['version']}/{verb}", {"fields": fields})
        line = after["timeline"][-1]
        self._tell(after, f"{line['by_title']}が{line['label']}")
        return after


def loss_report(walk: EntryWalker, advance: Advance) -> Case:
    """A telephone lost on the way home, after hours: reported with two choices and one press, disabled within
    minutes, closed with a report. Nobody's permission is waited for.
    """
    walk.say("11. 公用スマートフォンの紛失(勤務時間外、許可を待たない報告)")
    advance(at("2026-12-07 19:10"))
    case = walk.enter(
        "road-senior", "incident", "demo-loss", "道路課主査が「直ちに報告する」", kind="loss", asset="phone"
    )
    walk.say(f"     同時に知らせた職: {'、'.join(each['title'] for each in case['told'])}")
    advance(at("2026-12-07 19:18"))
    case = walk.move("ict-chief", case, "disable", measure="回線を止め、遠隔で消去した")
    advance(at("2026-12-07 20:05"))
    case = walk.move("road-senior", case, "note", note="駅と警察署に届け出た", police="遺失届 第1234号")
    advance(at("2026-12-09 09:20"))
    case = walk.move(
        "road-senior",
        case,
        "close",
        report="帰宅途中の電車内に置き忘れた。9日に駅から返還され、消去済みであることを確かめた。情報の漏えいはない",
        prevention="持ち歩くときはストラップでかばんにつなぐ",
    )
    for line in timeline(case):
        walk.say(line)
    return case


def timeline(case: Case) -> Iterator[str]:
    """Give the entry's timeline as its page shows it: when, who, what, and what was said."""
    yield f"     {case['register_label']} {case['number']} の経過"
    for each in case["timeline"]:
        moment = datetime.fromisoformat(each["at"]).astimezone(JST)
        said = " ／ ".join(f"{value['label']}: {value['shown']}" for value in each["values"])
        yield f"       {short_era_date(moment.date())} {moment:%H:%M} {each['by_title']} {each['label']}({said})"
