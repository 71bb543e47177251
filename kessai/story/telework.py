"""The telework days of the demonstration: a normal one, a late request, an overdue start, an emergency order."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar

from domain.clock import JST
from domain.telework import RECORD
from domain.telework.view import STATUS_LABELS
from kessai.story.walker import Case, Walker

Advance = Callable[[datetime], None]  # sets the instance's virtual clock


class DayWalker(Walker):
    """Walks telework days."""

    record = RECORD
    states: ClassVar = STATUS_LABELS

    def titles(self, case: Case) -> dict[str, str]:
        """Those of the person, the head, and the supervisors who wrote something down."""
        acts = [case[name]["by"] for name in ("order", "acknowledged") if case[name]]
        calls = [case[name]["by_telephone"] for name in ("started", "ended") if case[name]]
        recorders = [call["recorder"] for call in calls if call]
        return {each["post"]: each["title"] for each in (*acts, *recorders, case["head"], case["applicant"])}

    def apply(self, post: str, key: str, **body: Any) -> Case:
        """Apply for a day as `post`."""
        return self.begin(post, "/v1/telework-requests", key, f"申請 {body['tasks']}", body)

    def order(self, post: str, key: str, **body: Any) -> Case:
        """Order somebody's day as their head, without a request."""
        return self.begin(post, "/v1/telework-orders", key, f"申請によらない命令 {body['reason']}", body)

    def await_telling(self, post: str, case: Case, fact: str) -> Case:
        """Wait until time has had somebody told, and say whom."""
        found, after = self.await_fact(post, case, fact)
        self.say(f"  {case['number']} {found['label']}({found['event']['to_title']}へ)")
        return after


def normal_day(walk: DayWalker, advance: Advance) -> Case:
    """A day at home with half an hour of overtime, reported and acknowledged the morning after."""
    walk.say("7. テレワークの一日(前日までの申請、承認・命令、30分の超勤、翌日の報告)")
    case = walk.apply(
        "road-officer",
        "demo-telework",
        kind="home",
        day="2026-12-01",
        tasks="橋梁点検結果の整理",
        reachable_by="内線4321、チャット",
    )
    case = walk.act("road-director", case, "approve")
    advance(at("2026-12-01 08:29"))
    case = walk.act("road-officer", case, "start")
    advance(at("2026-12-01 16:30"))
    case = walk.act("road-officer", case, "request-overtime", minutes=60, category="urgent", reason="通行止めへの対応")
    case = walk.act("road-director", case, "order-overtime", minutes=30)
    advance(at("2026-12-01 17:45"))
    case = walk.act("road-officer", case, "end")
    advance(at("2026-12-02 08:40"))
    case = walk.act("road-officer", case, "report", content="点検結果12件を整理し、通行止めの照会2件に答えた。")
    return walk.act("road-lead", case, "acknowledge")


def late_request(walk: DayWalker, advance: Advance) -> Case:
    """A request on the morning of its day, with hours of leave: possible with a reason, and marked."""
    walk.say("8. 期限後の申請(理由を付けて当日に。午前は時間休)")
    case = walk.apply(
        "housing-officer",
        "demo-telework-late",
        kind="home",
        day="2026-12-02",
        tasks="入居者募集の資料の作成",
        reachable_by="内線4410、チャット",
        late_reason="家族が今朝発熱したため",
        slots=[
            {"kind": "leave", "from": "08:30", "to": "10:30"},
            {"kind": "telework", "from": "10:30", "to": "17:15"},
        ],
    )
    walk.say(f"     申請期限 {_clock(case['apply_until'])} を過ぎた申請(理由: {case['late_reason']})")
    case = walk.act("housing-director", case, "approve", comment="お大事に。")
    advance(at("2026-12-02 10:29"))
    case = walk.act("housing-officer", case, "start")
    advance(at("2026-12-02 17:16"))
    return walk.act("housing-officer", case, "end")


def overdue_start(walk: DayWalker, advance: Advance) -> Case:
    """A start that nobody reports: the person is reminded, then the head told, who writes down a call."""
    walk.say("9. 開始報告がない日(催促、所属長への通知、電話による報告)")
    advance(at("2026-12-03 10:00"))
    case = walk.apply(
        "works-officer",
        "demo-telework-overdue",
        kind="satellite_office",
        place="training-3f",
        day="2026-12-04",
        tasks="工事台帳の照合",
        reachable_by="内線4205",
    )
    case = walk.act("works-director", case, "approve")
    advance(at("2026-12-04 08:46"))
    case = walk.await_telling("works-officer", case, "telework.reminded.v1")
    advance(at("2026-12-04 09:01"))
    case = walk.await_telling("works-director", case, "telework.head-told.v1")
    call = {"reported_at": at("2026-12-04 08:31").isoformat()}
    case = walk.act("works-director", case, "start", by_telephone=call)
    walk.say(f"     電話で報告された時刻 {_clock(case['started']['at'])}(記録 {_recorder(case)})")
    advance(at("2026-12-04 17:15"))
    return walk.act("works-officer", case, "end")


def emergency_order(walk: DayWalker, advance: Advance) -> Case:
    """Heavy snow: on a Friday evening the head orders work at home for the Saturday, without a request."""
    walk.say("10. 大雪の前夜の、申請によらない命令(閉庁日)")
    advance(at("2026-12-04 18:00"))
    case = walk.order(
        "road-director",
        "demo-telework-order",
        to_post="road-chief",
        kind="home",
        day="2026-12-05",
        tasks="通行規制の情報の取りまとめ",
        reason="大雪により登庁が危険なため",
    )
    advance(at("2026-12-05 08:28"))
    case = walk.act("road-chief", case, "start")
    advance(at("2026-12-05 17:18"))
    case = walk.act("road-chief", case, "end")
    return walk.act("road-chief", case, "report", content="県道3路線の通行規制を取りまとめ、県警と情報を共有した。")


def upcoming(walk: DayWalker, day: date) -> None:
    """Two requests for a day to come: one ordered, one that waits for its head. (On a running instance's own clock.)"""
    common: dict[str, Any] = {"kind": "home", "day": day.isoformat(), "reachable_by": "内線4321、チャット"}
    ordered = walk.apply("road-officer", f"demo-telework-{day}", tasks="橋梁点検結果の整理", **common)
    walk.act("road-director", ordered, "approve")
    walk.apply("road-senior", f"demo-telework-{day}", tasks="占用許可の台帳の照合", **common)


def _recorder(case: Case) -> str:
    return str(case["started"]["by_telephone"]["recorder"]["title"])


def at(text: str) -> datetime:
    """Give the instant of a date and time in Japan."""
    return datetime.fromisoformat(text).replace(tzinfo=JST)


def _clock(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(JST):%m月%d日 %H:%M}"
