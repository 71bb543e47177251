"""電子契約の操作: every act of an official on a contract as its pages offer it, in the order of the page."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from api.pages import contract_forms as forms
from api.pages.act_fields import ActForm, Field, reason
from api.pages.acts import Act
from api.pages.contract_desk import ContractLook
from api.pages.reading_forms import Typed, act_values
from domain.contract import commands
from domain.contract.state import Contract
from domain.record import Command, Given

ANY = "-"  # a text that only stands for one
HASH = "0" * 64
FIRST_SIGNER = 1
FILES: Mapping[str, str] = MappingProxyType({"consent": "form", "file-paper": "document", "terminate": "agreement"})
PERSON = ("name", "title", "email", "phone")


def _consent(state: Contract, given: Given) -> Command:
    return commands.Consent(counterparty=forms.without_consent(state), received_on=given.now.date())


def _resend(state: Contract, given: Given) -> Command:
    return commands.Resend(signer=next((each.number for each in state.awaited), FIRST_SIGNER))


def _another_signer(state: Contract, given: Given) -> Command:
    someone = commands.PersonIn(name="署名者", email="signer@example.co.jp")
    unsigned = next((each.number for each in state.unsigned if not each.is_prefecture), FIRST_SIGNER)
    return commands.ChangeSigner(signer=unsigned, to=someone, reason=ANY)


def _own_signer(state: Contract, given: Given) -> Command:
    own = next((each.signer.post for each in state.parties if each.is_prefecture), None)
    return commands.ChangeSigner(signer=0, post=given.by.post or own or "post", reason=ANY)


def _terminate(state: Contract, given: Given) -> Command:
    return commands.Terminate(on=given.now.date(), reason=ANY)


def _finalise(state: Contract, given: Given) -> Command:
    return commands.FinaliseProvisional(voted_on=given.now.date(), reference=ANY)


def _file_paper(state: Contract, given: Given) -> Command:
    return commands.FilePaper(document=HASH, contract_date=given.now.date())


_MAIN = (
    Act(verb="sign", tone="go", probe=commands.Sign(), form=forms.sign),
    Act(verb="consent", tone="go", probe=_consent, form=forms.consent),
    Act(verb="release", tone="go", probe=commands.Release(), form=forms.release),
    Act(
        verb="retry-step",
        tone="go",
        probe=commands.RetryStep(reason=ANY),
        said="できなかった処理を、もう一度行わせます。",
        form=ActForm(
            heading="処理をやり直す",
            short="処理をやり直す",
            button="やり直す",
            fields=(reason("何を確かめたかを書いてください。"),),
        ),
    ),
    Act(verb="file-paper", tone="go", probe=_file_paper, form=forms.FILE_PAPER),
    Act(verb="finalise-provisional", tone="go", probe=_finalise, form=forms.FINALISE),
    Act(
        verb="review-retention",
        tone="go",
        probe=commands.ReviewRetention(outcome="disposal", reason=ANY),
        form=forms.REVIEW,
    ),
)
_OTHER = (
    Act(verb="resend", tone="plain", probe=_resend, form=forms.resend),
    Act(verb="change-signer", tone="plain", probe=_another_signer, form=forms.change_signer),
    Act(
        verb="amend",
        tone="plain",
        probe=lambda state, given: commands.Amend(by="R1-000000", on=given.now.date()),
        said="この契約を変更した契約と結び付けます。",
        form=ActForm(
            heading="変更契約と結び付ける",
            short="変更契約と結び付ける",
            button="結び付ける",
            fields=(
                Field(name="by", label="変更契約の番号", kind="line", required=True, help="例 R8-000123"),
                Field(name="on", label="変更の日", kind="date", required=True),
            ),
        ),
    ),
)
_BACK = (
    Act(
        verb="switch-to-paper",
        tone="back",
        probe=commands.SwitchToPaper(reason=ANY),
        said="電子での締結をやめ、書面で契約します。署名の依頼は無効になります。書面には印紙税がかかることがあります。",
        form=ActForm(
            heading="書面の契約に切り替える",
            short="書面に切り替える",
            button="書面に切り替える",
            fields=(reason(),),
            confirm="電子での締結をやめることを確認しました",
        ),
    ),
)
_END = (
    Act(
        verb="decline",
        tone="end",
        probe=commands.Decline(reason=ANY),
        said="県として署名しません。この契約は、このままでは成立しません。",
        form=ActForm(
            heading="署名しない",
            short="署名しない",
            button="署名しない",
            fields=(reason("契約の担当者に表示されます。"),),
            confirm="署名しないことを確認しました",
        ),
    ),
    Act(
        verb="withdraw",
        tone="end",
        probe=commands.Withdraw(reason=ANY),
        said="この契約の手続を取り下げます。署名の依頼は無効になります。決裁は残り、新しい契約を準備できます。",
        form=ActForm(
            heading="取り下げる",
            short="取下げ",
            button="取り下げる",
            fields=(reason(),),
            confirm="この契約の手続を取り下げることを確認しました",
        ),
    ),
    Act(verb="terminate", tone="end", probe=_terminate, form=forms.TERMINATE),
)
ACTS: Mapping[str, Act] = MappingProxyType({act.verb: act for act in (*_MAIN, *_OTHER, *_BACK, *_END)})
OWN_SIGNER = Act(verb="change-signer", tone="plain", probe=_own_signer, form=None)  # has a page of its own


def act_form(verb: str, look: ContractLook) -> ActForm | None:
    """Give the form of an act for this contract and reader; None for what has no form."""
    act = ACTS.get(verb)
    if act is None or act.form is None:
        return None
    form = act.form if isinstance(act.form, ActForm) else act.form(look)
    hidden = {**form.hidden, "number": look.number} if verb in FILES else form.hidden
    return replace(form, verb=verb, tone=act.tone, lead=act.said + form.lead, hidden=hidden)


def act_body(form: ActForm, typed: Typed, look: ContractLook) -> dict[str, Any]:
    """Give the body of the act's command as typed. Refuses `invalid` by field."""
    values = act_values(form, typed)
    for name in ("counterparty", "signer"):
        if str(values.get(name, "")).isdecimal():
            values[name] = int(values[name])
    if form.verb == "change-signer":
        values["to"] = {name: values.pop(f"to_{name}") for name in PERSON if f"to_{name}" in values}
    return values


def on_page(field: str) -> str:
    """Give what a field of a command is called on the page."""
    return field.replace(".", "_") if field.startswith("to.") else field
