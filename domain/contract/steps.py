"""処理の結果: what the platform did outside the ledger. Whatever is not about the step in hand adds nothing."""

from domain.contract import facts
from domain.contract.commands import BeginStep, CertifyDone, PrepareDone, RefuseStep, SignDone, SignedIn
from domain.contract.facts import SignedStep
from domain.contract.story import Story
from domain.contract.work import Kind, Work, work

OTHER_BASE = "document-differs"


def begin(story: Story, command: BeginStep) -> None:
    """処理の開始, one attempt after the other, never while another one may be under way."""
    now, running, found = story.given.now, story.state.step, work(story.state)
    if found is None or (found.name, found.base) != (command.step, command.base):
        return
    under_way = running is not None and running.step == command.step and running.lease_until > now
    if under_way or command.attempt != found.attempts + 1:
        return
    story.tell(
        facts.StepBegun(step=command.step, attempt=command.attempt, base=command.base, lease_until=command.lease_until)
    )


def refuse(story: Story, command: RefuseStep) -> None:
    """処理の不能: what no retry mends."""
    if in_hand(story, command.step):
        story.tell(facts.StepRefused(step=command.step, code=command.code, detail=command.detail))


def certify_done(story: Story, command: CertifyDone) -> None:
    """基盤の証明署名 over the decided bytes; the first signers are asked."""
    found = in_hand(story, command.step, "certify")
    if found is None or _is_foreign(story, found, command.signature.base):
        return
    story.tell(
        facts.Certified(
            document=command.signature.document,
            base=command.signature.base,
            decision_record=command.decision_record,
            pages=command.pages,
            signature=_signed(command.signature),
        )
    )
    story.invite_front()


def sign_done(story: Story, command: SignDone) -> None:
    """署名の記録: the signature that was instructed is in the file; those whose turn has come are asked."""
    found = in_hand(story, command.step, "sign", "complete")
    if found is None or found.request is None:
        return
    asked = found.request
    if (asked.signer, asked.instruction_sha256) != (command.signer, command.instruction_sha256):
        return
    if _is_foreign(story, found, command.signature.base):
        return
    story.tell(
        facts.Signed(
            signer=command.signer,
            instruction_sha256=command.instruction_sha256,
            signature=_signed(command.signature),
        )
    )
    story.invite_front()


def prepare_done(story: Story, command: PrepareDone) -> None:
    """署名対象の提示: the signer holds the file until `lease_until`."""
    found = in_hand(story, command.step, "prepare")
    if found is None or found.request is None:
        return
    if (found.request.signer, found.request.nth) != (command.signer, command.nth):
        return
    if _is_foreign(story, found, command.base):
        return
    story.tell(
        facts.PreparedForSigner(
            signer=command.signer,
            nth=command.nth,
            base=command.base,
            prepared=command.prepared,
            state=command.state,
            to_sign=command.to_sign,
            lease_until=command.lease_until,
        )
    )


def in_hand(story: Story, step: str, *kinds: Kind) -> Work | None:
    """Give the step if it is the one to be done now."""
    found = work(story.state)
    if found is None or found.name != step or (kinds and found.kind not in kinds):
        return None
    return found


def _is_foreign(story: Story, found: Work, base: str) -> bool:
    """A result that does not grow out of the current file is no result: the officer has to look (I21)."""
    if base == found.base:
        return False
    detail = f"the result's base is {base}, the contract's file is {found.base}"
    story.tell(facts.StepRefused(step=found.name, code=OTHER_BASE, detail=detail))
    return True


def _signed(given: SignedIn) -> SignedStep:
    return SignedStep(
        document=given.document,
        base=given.base,
        level=given.level,
        signed_at=given.signed_at,
        certificate=given.certificate,
        tsa_certificate=given.tsa_certificate,
    )
