"""テレワークの操作: what is particular to the acts on a telework request."""

from typing import Any

from api.pages import telework_labels
from api.pages.acting import Acting
from api.pages.acts import OpenActs, is_open, open_acts
from api.pages.telework_acts import ACTS, act_body, act_form
from api.pages.telework_desk import Case, lay
from domain.telework import RECORD

ON_PAGE = {"by_telephone": "reported_at"}


def shown(case: Case) -> dict[str, Any]:
    """Everything of a request that its pages show."""
    return {
        "reader": case.reader,
        "look": case,
        "state": case.state,
        "content": case.state.content,
        "tele": telework_labels,
        "names": telework_labels.FIELDS,
    }


def acts_of(case: Case) -> OpenActs:
    """Give the acts open to the reader."""
    return open_acts(tuple(ACTS.values()), RECORD, case.state, case.given)


ACTING = Acting(
    record=RECORD,
    template="telework/act.html",
    back="申請に戻る",
    lay=lay,
    form_of=act_form,
    is_open=lambda verb, case: is_open(ACTS[verb], RECORD, case.state, case.given),
    shown=lambda case, seen: shown(case),
    values=act_body,
    on_page=lambda field: ON_PAGE.get(field.split(".")[0], field),
)
