"""The reconciler: whether one compares ledger and Temporal, and follows the ledger, wherever it runs."""

from typing import Any

import psycopg
from psycopg.errors import UndefinedTable

from kessai.doctor.check import Check, ok, problem
from kessai.roles.heartbeat import Age, age

SWEPT_SECONDS_MAX = 15 * 60.0  # three times the reconciler's interval
FOLLOWED_SECONDS_MAX = 2 * 60.0  # many times its beat; a sweep, during which it does not follow, is shorter
WHAT_STOPS = "止まっている間は、Temporalから失われた案件が再開されず、取込みや人事異動が案件に伝わりません。"
DO = f"kessai reconciler が動いているかを確かめ、ログを見てください。{WHAT_STOPS}"


def reconciler(connection: psycopg.Connection[Any], schema: str) -> Check:
    """Judge its heartbeat, which any replica leaves in Postgres."""
    try:
        found = age(connection, schema=schema)
    except UndefinedTable:
        says = "reconcilerの記録を置く表がありません。"
        return problem("突き合わせ", says, "kessai migrate を実行してください(所有者の接続先が要ります)。")
    return judged(found)


def judged(found: Age) -> Check:
    """What an age of the heartbeat means."""
    swept, followed = found.swept_seconds, found.followed_seconds
    if swept is None:
        return problem("突き合わせ", "reconcilerが台帳とTemporalを突き合わせた記録がありません。", DO)
    if swept > SWEPT_SECONDS_MAX:
        return problem("突き合わせ", f"台帳とTemporalの最後の突き合わせは {_ago(swept)} です。", DO)
    if followed is None or followed > FOLLOWED_SECONDS_MAX:
        when = f"最後に台帳を追ったのは {_ago(followed)} です" if followed is not None else "まだ台帳を追っていません"
        return problem("突き合わせ", f"reconcilerが{when}。", DO)
    says = f"台帳とTemporalの最後の突き合わせは {_ago(swept)}、台帳を追ったのは {_ago(followed)} です。"
    return ok("突き合わせ", says)


def _ago(seconds: float) -> str:
    return f"{seconds:.0f} 秒前" if seconds < 120 else f"{seconds / 60:,.0f} 分前"
