"""案件の操作: what is particular to the acts on a case, and what has changed since the form was opened."""

from collections.abc import Mapping
from typing import Any

from api.pages.acting import Acting
from api.pages.acts import is_open
from api.pages.approval_acts import ACTS, act_form
from api.pages.approval_desk import Look, look
from api.pages.seen import news
from domain.approval import RECORD


def _shown(case: Look, seen: int) -> Mapping[str, Any]:
    names = {"confirmed": "確認", "reason": "理由"}
    return {"look": case, "state": case.state, "draft": case.state.content, "names": names, **news(case, seen)}


ACTING = Acting(
    record=RECORD,
    template="approval/act.html",
    back="案件に戻る",
    lay=look,
    form_of=act_form,
    is_open=lambda verb, case: is_open(ACTS[verb], RECORD, case.state, case.given),
    shown=_shown,
)
