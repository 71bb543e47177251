"""The テレワークデイズ of the demonstration: a period, a unit that chooses a day, and what was planned and done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from domain.campaign import RECORD
from domain.campaign.view import STATUS_LABELS, percent
from kessai.story.telework import Advance, DayWalker, at
from kessai.story.walker import Case, Walker

DAY = "2026-12-16"


@dataclass
class CampaignWalker(Walker):
    """Walks campaigns. `posts` are the titles of posts: a campaign's document knows only its organiser's."""

    posts: Mapping[str, str] = field(default_factory=dict)
    record = RECORD
    states: ClassVar = STATUS_LABELS

    def titles(self, case: Case) -> dict[str, str]:
        """Those of the organiser and of the heads of units."""
        heads = {each["head_post"] for each in case["units"]}
        return {post: self.posts[post] for post in heads | {case["organiser"]["post"]}}


def telework_days(walk: CampaignWalker, days: DayWalker, advance: Advance) -> list[Case]:
    """A week of テレワークデイズ: one unit joins with a day for which two apply; one of them is called out instead
    and never begins, so that what was planned and what was done differ. Gives the two days.
    """
    walk.say("12. テレワークデイズ(集中実施期間の予定と実績)")
    case = walk.begin(
        "reform-director",
        "/v1/telework-campaigns",
        "demo-campaign",
        "開催 12月14日～18日、目標33%",
        {"name": "テレワークデイズ", "first_day": "2026-12-14", "last_day": "2026-12-18", "units": ["road"]},
    )
    case = walk.act("road-director", case, "join", days=[DAY])
    worked, called_out = (
        days.act("road-director", days.apply(post, "demo-campaign-day", tasks=tasks, **_REQUEST), "approve")
        for post, tasks in (("road-officer", "点検結果の報告書の作成"), ("road-senior", "占用許可の台帳の照合"))
    )
    advance(at(f"{DAY} 08:27"))
    worked = days.act("road-officer", worked, "start")
    walk.say("     道路課主査は早朝から落石の現場に出て、在宅勤務をしなかった")
    advance(at(f"{DAY} 17:15"))
    worked = days.act("road-officer", worked, "end")
    advance(at("2026-12-21 09:00"))
    case = walk.act("reform-director", case, "close")
    fixed, case = walk.await_fact("reform-director", case, "campaign.result-fixed.v1")
    walk.say(f"  {case['number']} {fixed['label']} → {walk.state_of(case)}")
    for each in case["result"]["figures"]:
        walk.say(
            f"     実施結果 {each['staff']}人のうち 予定{each['planned']}人({percent(each['planned_ratio'])})"
            f"、実績{each['actual']}人({percent(each['actual_ratio'])})"
        )
    return [worked, called_out]


_REQUEST = {"kind": "home", "day": DAY, "reachable_by": "内線4321、チャット"}
