"""電子契約の見え方: what the Temporal Web UI shows of a contract, in Japanese, and when to look again.

What is not encrypted there (state, posts, unit, amount, times) says nothing personal; names and addresses of signers
are left out of the details as well.
"""

from domain.contract.document import due_at, waiting_on
from domain.contract.facts import PREFECTURE
from domain.contract.state import OUT, Contract, Party
from domain.contract.timing import lease, wake_at
from domain.contract.work import Work, work
from domain.eras import moment, short_era_date
from domain.view import View

STATUS_LABELS: dict[str, str] = {
    "none": "未登録",
    "consent_missing": "同意待ち",
    "ready": "送信待ち",
    "sent": "署名依頼中",
    "partially_signed": "一部署名済み",
    "concluded": "締結",
    "provisional": "仮契約",
    "declined": "辞退",
    "expired": "期限切れ",
    "withdrawn": "取下げ",
    "switched_to_paper": "書面に切替え",
    "superseded": "差替え済み",
    "terminated": "解除・失効",
}
CLASS_LABELS: dict[str, str] = {
    "goods": "物品売買契約",
    "services": "業務委託契約",
    "works": "工事請負契約",
    "lease": "賃貸借契約",
    "memorandum": "覚書・協定",
    "amendment": "変更契約",
}
STEP_LABELS: dict[str, str] = {
    "certify": "契約書の固定(基盤の証明署名)",
    "sign": "署名者の指示による電子署名",
    "prepare": "署名者の証明書による署名の準備",
    "complete": "署名者の証明書による署名の完了",
    "conclude": "締結の検証",
    "deliver": "写しの交付",
    "archive": "長期署名",
}
SIGNER_LABELS: dict[str, str] = {
    "waiting": "順番待ち",
    "invited": "依頼済み",
    "opened": "開封",
    "agreed": "同意",
    "signed": "署名済み",
    "declined": "辞退",
}
MODE_LABELS: dict[str, str] = {"witness": "立会人型", "party": "当事者型"}


def view(state: Contract, version: int) -> View:
    """Give the view at `version`: state, who is waited on and why, what the platform has to do, when to wake."""
    if state.made is None:
        return View(version=version, because="契約がまだ登録されていません")
    found = work(state)
    return View(
        version=version,
        state=STATUS_LABELS[state.status],
        closed=state.closed,
        waiting_on=waiting_on(state),
        because=because(state),
        details=details(state),
        unit=state.made.custody.unit,
        amount_yen=state.made.basis.amount_yen,
        fiscal_year=state.made.fiscal_year,
        due_at=due_at(state),
        wake_at=wake_at(state),
        work=found.name if found else "",
    )


def because(state: Contract) -> str:
    """One Japanese sentence: what the contract waits for, or that it does not. Nobody is named in it."""
    found, charge = work(state), state.content.custody.title
    if state.closed or state.status == "withdrawn" or state.paper is not None:
        return f"終了しました({STATUS_LABELS[state.status]})"
    if state.refused is not None:
        label = STEP_LABELS[state.refused.step.partition("/")[0]]
        return f"{label}ができません({state.refused.code})。{charge}の確認を待っています"
    if found is not None:
        return _working(found)
    return _waiting(state, charge)


def details(state: Contract) -> str:
    """The contract as Markdown: dates, signers, what is done (encrypted on its way to the UI)."""
    content = state.content
    amount = f"{content.basis.amount_yen:,}円" if content.basis.amount_yen is not None else "金額なし"
    lines = [
        f"**{CLASS_LABELS[content.class_]}　{content.title}**　{amount}",
        "",
        f"状態 **{STATUS_LABELS[state.status]}**　{content.custody.unit_name} {content.custody.title}",
        "",
        because(state),
        "",
        f"決裁 {content.basis.approval}({content.basis.document_number})　相手方 {_counterparties(state)}",
        "",
        _cells("署名者", "方式", "状況", "同意", "署名(時刻認証)"),
        "|---|---|---|---|---|",
        *(_line(each) for each in state.parties),
        "",
        *_facts(state),
    ]
    return "\n".join(lines)


def called(party: Party) -> str:
    """What a signer is called where nobody is to be named."""
    return party.signer.title or "県の署名者" if party.is_prefecture else f"相手方の署名者{party.number}"


def _working(found: Work) -> str:
    """What the platform is about: a calm sentence, the pending activity shows any trouble."""
    tried = f"({found.attempts}回目)" if found.attempts > 1 else ""
    return f"{STEP_LABELS[found.kind]}を行っています{tried}"


def _waiting(state: Contract, charge: str) -> str:
    held = lease(state) if state.status in OUT else None
    if held is not None and held.prepared is not None:
        who = "県の署名者" if held.signer == PREFECTURE else f"相手方の署名者{held.signer}"
        return f"{who}の署名値を待っています({moment(held.prepared.lease_until)}まで)"
    if state.status in OUT:
        who = "、".join(called(each) for each in state.awaited)
        return f"{who}の署名を待っています(期限 {moment(state.expires_at)})"
    if state.review_due is not None:
        return f"{charge}による保存期間満了の措置を待っています(満了 {short_era_date(state.review_due)})"
    return {
        "consent_missing": "相手方の電子契約への同意を待っています",
        "ready": f"{charge}による送信を待っています",
        "declined": f"署名者が辞退しました。{charge}の再送信・書面への切替え・取下げを待っています",
        "expired": f"署名の期限が過ぎました。{charge}の再送信・書面への切替え・取下げを待っています",
        "switched_to_paper": f"{charge}による書面の契約書の編てつを待っています",
        "provisional": "議会の議決を待っています",
    }.get(state.status) or _kept(state)


def _kept(state: Contract) -> str:
    if state.failure is not None:
        return f"長期署名の延長ができませんでした({state.failure.code})"
    until = f"({moment(state.archive_at)}から)" if state.archive_at else ""
    return f"長期署名に必要な失効情報が出るのを待っています{until}"


def _counterparties(state: Contract) -> str:
    return "、".join(each.name for each in state.content.counterparties)


def _line(party: Party) -> str:
    signed = moment(party.signed.signed_at) if party.signed else "―"
    agreed = moment(party.agreed_at) if party.agreed_at else "―"
    mode, status = MODE_LABELS[party.signer.mode], SIGNER_LABELS[party.status]
    return _cells(called(party), mode, status, agreed, signed)


def _cells(*texts: str) -> str:
    """One row; the Web UI sets no space between columns, so each cell brings its own."""
    return f"| {' | '.join(f'　{text}' for text in texts)} |"


def _facts(state: Contract) -> list[str]:
    concluded, archive, lines = state.concluded, state.archive, []
    if concluded is not None:
        effective = short_era_date(concluded.effective_from) if concluded.effective_from else "議決の日"
        differ = "　**日付の相違あり**" if concluded.dates_differ else ""
        lines.append(
            f"契約日 {short_era_date(concluded.contract_date)}　最終署名 {moment(concluded.last_signature_at)}　"
            f"効力発生 {effective}{differ}"
        )
    if archive is not None:
        renew = f"、次の延長 {moment(archive.renew_at)}" if archive.renew_at else ""
        lines.append(f"長期署名 第{archive.generation}世代({archive.level}{renew})")
    if state.retained_until is not None:
        lines.append(f"保存期間 {short_era_date(state.retained_until)}まで")
    return lines
