"""不在: why a step does not move although it is somebody's turn, and who may stand in."""

from api.pages.approval_desk import Look
from api.pages.formats import long_moment
from domain.approval.state import RUNNING, Step
from domain.approval.story import Story
from domain.policies.proxies import is_unattended


def absence_notes(case: Look) -> tuple[str, ...]:
    """Give a sentence for every active step at whose post nobody is now."""
    if case.state.status not in RUNNING:
        return ()
    reader = case.reader
    away = (step for step in case.state.active if is_unattended(step.plan, reader.directory, reader.now))
    return tuple(_note(case, step) for step in away)


def _note(case: Look, step: Step) -> str:
    directory, now = case.reader.directory, case.reader.now
    holder = directory.holder(step.plan.post, now)
    back = directory.returns_at(holder.person, now) if holder else None
    away = f"{step.title}は{long_moment(back)}まで不在です。" if back else f"{step.title}は現在欠員です。"
    proxies = Story(case.state, case.given).proxies_for(step)
    if proxies:
        return f"{away}代決できるのは{proxies[0].title}（{proxies[0].name}）です。"
    match step.traits.unattended:
        case "passed-over":
            return f"{away}次の職が引き上げて進められます。"
        case "goes-up":
            return f"{away}代決できる職員がいないため、上位の職が引き上げられます。"
        case "waits":
            return f"{away}代わって{step.traits.label}できる職員がいないため、帰任を待ちます。"
