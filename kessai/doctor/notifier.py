"""The notifier: whether one leads, and whether what it has to deliver arrives."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.errors import UndefinedTable
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from kessai.composition import Composition
from kessai.doctor.check import Check, note, ok, problem
from kessai.notifying.mail import MAIL
from kessai.notifying.posts import Subscription, Subscriptions
from kessai.notifying.tables import outbox_schema

SUBJECT = "通知"
CHANNELS: Mapping[str, tuple[str, str]] = {  # what does not go to one webhook: what it is called, and who takes it
    MAIL: ("メール", "メールサーバー"),
    "outside": ("契約の相手方へのメール", "メールサーバー"),
    "gateway": ("認証コード", "SMS・電話・郵送のゲートウェイ"),
}
SILENT_SECONDS_MAX = 2 * 60.0  # many times its beat
FAILING_MAX = timedelta(hours=1)  # a receiver that is being restarted is back before that
UNTRIED_MAX = timedelta(minutes=10)
SHOWN_MAX = 5
WHAT_STOPS = "止まっている間は、メールとWebhookが送られません(受信箱には届いています)。動けば、続きから送られます。"
SILENT = f"kessai notifier が動いているかを確かめ、ログを見てください。{WHAT_STOPS}"
ONE_BY_ONE = "GET /v1/deliveries で、1件ずつ理由を見られます。"
AGAIN = (
    "再び送るには、受信側を確かめてから POST /v1/webhooks/番号/enable(動いている登録は先に disable)を実行してください。"
)

AGE = "SELECT extract(epoch FROM clock_timestamp() - looked_at)::float8 AS age FROM {schema}.notifier_heartbeat"
# Of a webhook only the oldest of each case can go out: the others wait behind it.
WAITING = """
WITH next AS (
    SELECT DISTINCT ON (channel, target, CASE channel WHEN 'webhook' THEN stream ELSE id END)
           CASE channel WHEN 'webhook' THEN target ELSE channel END AS receiver, attempts, first_at, not_before
    FROM {schema}.delivery WHERE state = 'planned'
    ORDER BY channel, target, CASE channel WHEN 'webhook' THEN stream ELSE id END, position
)
SELECT receiver, count(*) AS waiting, count(*) FILTER (WHERE attempts > 0) AS failing,
       min(first_at) FILTER (WHERE attempts > 0) AS failing_since,
       min(not_before) FILTER (WHERE attempts = 0) AS untried_since
FROM next GROUP BY receiver ORDER BY receiver"""
GIVEN_UP = """
SELECT CASE channel WHEN 'webhook' THEN target ELSE channel END AS receiver, count(*) AS given_up
FROM {schema}.delivery WHERE state = 'given_up' GROUP BY receiver ORDER BY receiver"""
HALTED = "SELECT name, halted FROM {schema}.planned_up_to WHERE halted > 0"


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits for one receiver: all mail, all codes, or one webhook. `stopped`: why nothing is sent on purpose."""

    receiver: str
    waiting: int
    failing: int
    failing_since: datetime | None
    untried_since: datetime | None
    stopped: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return named(self.receiver)


def notifier(parts: Composition) -> Iterator[Check]:
    """Judge its sign of life, what waits and what was given up, all as Postgres has it."""
    names = {"schema": Identifier(outbox_schema(parts.settings.database_schema))}
    try:
        with psycopg.connect(parts.settings.database_url, autocommit=True, row_factory=dict_row) as connection:

            def rows(text: str) -> list[dict[str, Any]]:
                return connection.execute(SQL(text).format(**names)).fetchall()

            ages, halted, waiting, lost = rows(AGE), rows(HALTED), rows(WAITING), rows(GIVEN_UP)
    except UndefinedTable:
        says = "notifierの記録を置く表がありません。"
        yield problem(SUBJECT, says, "kessai migrate を実行してください(所有者の接続先が要ります)。")
        return
    except psycopg.Error as error:
        first = str(error).strip().partition("\n")[0]
        yield problem(
            SUBJECT, f"notifierの表に問い合わせられません({first})。", "Postgresと役割の権限を確かめてください。"
        )
        return
    yield heard(ages[0]["age"] if ages else None)
    stopped = _stopped(Subscriptions(parts.reader).now(), {row["name"]: row["halted"] for row in halted})
    yield from arriving((Queue(**row, stopped=stopped(row["receiver"])) for row in waiting), parts.clock.now())
    yield from given_up({row["receiver"]: row["given_up"] for row in lost})


def heard(age_seconds: float | None) -> Check:
    """What its last sign of life means."""
    if age_seconds is None:
        return problem(SUBJECT, "notifierが動いた記録がありません。", SILENT)
    if age_seconds > SILENT_SECONDS_MAX:
        return problem(SUBJECT, f"notifierが最後に動いたのは {age_seconds / 60:,.0f} 分前です。", SILENT)
    return ok(SUBJECT, f"notifierが最後に動いたのは {age_seconds:.0f} 秒前です。")


def arriving(queues: Iterable[Queue], now: datetime) -> Iterator[Check]:
    """Whether what waits is being taken. What is stopped on purpose waits and is no problem."""
    known = tuple(queues)
    for queue in known:
        failing = now - queue.failing_since if queue.failing_since else timedelta(0)
        untried = now - queue.untried_since if queue.untried_since else timedelta(0)
        if queue.stopped:
            yield note(
                SUBJECT, f"{queue.name}は止まっています({queue.stopped}、送信待ち {queue.waiting:,} 件)。", AGAIN
            )
        elif failing > FAILING_MAX:
            says = f"{queue.name}が{_for(failing)}届いていません({queue.failing:,} 件を送り直し中)。"
            yield problem(SUBJECT, says, f"{_who(queue)}と kessai notifier のログを見てください。{ONE_BY_ONE}")
        elif untried > UNTRIED_MAX:
            says = f"{queue.name}が{_for(untried)}送られていません({queue.waiting:,} 件)。"
            yield problem(SUBJECT, says, "kessai notifier のログと設定(KESSAI_SMTP_URL など)を見てください。")
    waiting = sum(queue.waiting for queue in known if not queue.stopped)
    yield ok(SUBJECT, f"送信待ちは {waiting:,} 件です。" if waiting else "送信待ちはありません。")


def given_up(by_receiver: Mapping[str, int]) -> Iterator[Check]:
    """What will not be tried again unless somebody asks for it; it was a problem while it was being tried."""
    if not by_receiver:
        return
    shown = [f"{named(receiver)} {count:,} 件" for receiver, count in list(by_receiver.items())[:SHOWN_MAX]]
    more = "など" if len(by_receiver) > SHOWN_MAX else ""
    do = (
        "GET /v1/deliveries?state=given_up で理由を見てください。メールの内容は受信箱にあります。"
        "Webhookは POST /v1/webhooks/番号/replay で送り直せます。"
    )
    yield note(SUBJECT, f"届けるのをあきらめたものがあります({'、'.join(shown)}{more})。", do)


def named(receiver: str) -> str:
    """What a receiver is called."""
    return CHANNELS[receiver][0] if receiver in CHANNELS else f"Webhook {receiver}"


def _stopped(webhooks: Mapping[str, Subscription], halted: Mapping[str, int]) -> Callable[[str], str]:
    """Give what tells why nothing is sent to a receiver on purpose; "" where it is."""

    def why(receiver: str) -> str:
        if receiver in CHANNELS:
            return ""
        if receiver not in webhooks:
            return "台帳に登録がない"
        webhook = webhooks[receiver].webhook
        if webhook.status != "active":
            return "送信の停止"
        return "受信側が、もう要らないと答えた" if halted.get(receiver) == webhook.version else ""

    return why


def _who(queue: Queue) -> str:
    return CHANNELS[queue.receiver][1] if queue.receiver in CHANNELS else "受信側のシステム"


def _for(age: timedelta) -> str:
    minutes = age / timedelta(minutes=1)
    return f" {minutes:,.0f} 分" if minutes < 120 else f" {minutes / 60:,.0f} 時間"
