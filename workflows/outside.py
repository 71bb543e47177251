"""Steps outside the ledger (ADR 0024): under which name, on which queue and with how much patience they are asked for,
and what the Web UI calls them.
"""

from datetime import timedelta
from typing import Any

from temporalio.common import RetryPolicy

STEP = "契約の処理"
CUSTODY_DUE, CUSTODY_HELD = "延長の時期の照会", "実行中の延長の確認"
CUSTODY_REVIEWS = "保存期間の満了の確認"
ROUND, RENEWAL = "長期保管の点検", "契約の延長"
OUTSIDE_CALL: dict[str, Any] = {  # for ever: what no retry mends is an event, and the case goes on with it
    "start_to_close_timeout": timedelta(minutes=10),
    "heartbeat_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1)),
}
OF_SIGNERS = ("sign", "prepare", "complete")
NAMES = {
    "certify": "基盤の証明署名",
    "sign": "署名",
    "prepare": "署名の準備(第一段階)",
    "complete": "署名の完了(第二段階)",
    "conclude": "全体の検証と締結",
    "deliver": "写しの交付",
    "archive": "長期署名・延長",
}


def signing_queue(task_queue: str) -> str:
    """The task queue of the signer role, beside the ledger worker's."""
    return f"{task_queue}-signing"


def told(step: str) -> str:
    """What the Web UI calls a step: `sign/1/3f…` → 署名 相手方の署名者1, `archive/2` → 長期署名・延長 第2世代."""
    kind, _, rest = step.partition("/")
    nth = rest.partition("/")[0]
    if kind in OF_SIGNERS:
        return f"{NAMES[kind]} {'県' if nth == '0' else f'相手方の署名者{nth}'}"
    unit = "世代" if kind == "archive" else "回"
    return f"{NAMES.get(kind, kind)} 第{nth}{unit}" if nth else NAMES.get(kind, kind)
