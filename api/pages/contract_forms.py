"""電子契約の入力欄: the forms of its acts, those that depend on the contract drawn from it."""

from api.pages.act_fields import ActForm, Field, Option, reason
from api.pages.contract_desk import ContractLook
from api.pages.formats import long_moment
from domain.contract.state import Contract, Party

REASON_FOR_PAST = Field(
    name="reason",
    label="さかのぼる理由",
    kind="text",
    help="契約日又は効力の発生日が今日より前のときに要ります。財政担当に報告されます。",
)
FILE_PAPER = ActForm(
    heading="書面の契約書の写しを編てつする",
    short="写しを編てつする",
    button="編てつする",
    lead="双方が押印した契約書を読み取ったPDFを、この契約の記録に綴じます。",
    fields=(
        Field(name="document", label="契約書の写し（PDF）", kind="file", required=True),
        Field(name="contract_date", label="契約書の日付", kind="date", required=True),
        Field(name="note", label="備考（任意）", kind="text"),
    ),
)
FINALISE = ActForm(
    heading="議決を記録する",
    short="議決を記録する",
    button="記録する",
    lead="議決されると仮契約が本契約になります。否決されると失効します。",
    fields=(
        Field(name="voted_on", label="議決の日", kind="date", required=True),
        Field(
            name="outcome",
            label="結果",
            kind="choice",
            required=True,
            options=(
                Option(value="approved", label="可決（本契約になる）", chosen=True),
                Option(value="rejected", label="否決（失効する）"),
            ),
        ),
        Field(
            name="reference", label="議案の番号", kind="line", required=True, help="例 令和8年第4回定例会 議案第45号"
        ),
    ),
)
REVIEW = ActForm(
    heading="保存期間の満了時の措置を決める",
    short="満了時の措置",
    button="この措置に決める",
    lead="どの措置でも、記録（事実の台帳）は残ります。",
    fields=(
        Field(
            name="outcome",
            label="措置",
            kind="choice",
            required=True,
            options=(
                Option(value="extended", label="保存期間を延長する", help="いつまでかを入力してください"),
                Option(value="archives", label="公文書館に引き渡す"),
                Option(value="disposal", label="廃棄する"),
            ),
        ),
        Field(name="until", label="延長するときは、いつまで", kind="date"),
        reason(),
    ),
)
TERMINATE = ActForm(
    heading="解除・合意解約を記録する",
    short="解除・解約",
    button="記録する",
    lead="契約が終わったことを記録します。署名されたファイルと、その長期保管は続きます。",
    fields=(
        Field(name="on", label="解除・解約の日", kind="date", required=True),
        reason(),
        Field(name="agreement", label="合意書・通知書（任意）", kind="file"),
    ),
    confirm="この契約を終わらせることを確認しました",
)


def without_consent(state: Contract) -> int:
    """Give the first counterparty whose consent is missing; the first where none is."""
    made = state.content
    missing = (
        each.number
        for each in made.counterparties
        if (given := state.consent(each.number)) is None or (made.construction_consent and not given.construction)
    )
    return next(missing, 1)


def consent(look: ContractLook) -> ActForm:
    """The consent of one counterparty; for works it has to cover 建設業法19条3項."""
    made, first = look.state.content, without_consent(look.state)
    options = tuple(
        Option(value=str(each.number), label=each.name, chosen=each.number == first) for each in made.counterparties
    )
    construction = Field(
        name="construction",
        label="建設業法19条3項の承諾を含む",
        kind="check",
        help="電磁的措置の種類と内容を示し、書面又は電磁的方法で承諾を得ていること。",
    )
    return ActForm(
        heading="相手方の同意を記録する",
        short="同意を記録する",
        button="同意を記録する",
        lead="電子契約の同意書兼メールアドレス確認書を受け取ったことを記録します。全員の同意がそろうと送れます。",
        fields=(
            *((Field(name="counterparty", label="相手方", kind="choice", required=True, options=options),)
              if len(options) > 1 else ()),
            Field(
                name="received_on", label="同意を受けた日", kind="date", required=True,
                preset=look.reader.today.isoformat(),
            ),
            Field(name="valid_until", label="同意の有効期限（任意）", kind="date"),
            *((construction,) if made.construction_consent else ()),
            Field(name="form", label="同意書のファイル（任意）", kind="file"),
            Field(name="note", label="備考（任意）", kind="text"),
        ),
    )  # fmt: skip


def release(look: ContractLook) -> ActForm:
    """Sending: from then on the bytes are fixed."""
    state = look.state
    first = "、".join(signer_label(each, state) for each in state.front if not each.is_prefecture)
    again = "前の署名はすべて無効になり、決裁された契約書からやり直します。" if state.round else ""
    return ActForm(
        heading="もう一度送る" if state.round else "署名者に送る",
        short="もう一度送る" if state.round else "署名者に送る",
        button="もう一度送る" if state.round else "署名者に送る",
        lead=f"契約書に署名欄と決裁の記録を付けて確定し、{first or '署名者'}に署名の依頼を送ります。{again}",
        fields=(
            Field(
                name="expires_in_days",
                label="署名の期限（日）",
                kind="number",
                preset=str(state.content.expires_in_days),
                help="この日数を過ぎると期限切れになります。",
            ),
            REASON_FOR_PAST,
        ),
    )


def sign(look: ContractLook) -> ActForm:
    """The prefecture's own signature: it makes the contract final where everybody else has signed."""
    state = look.state
    last = len(state.unsigned) == 1
    until = f"署名の期限は{long_moment(state.expires_at)}です。" if state.expires_at else ""
    return ActForm(
        heading="県として署名する",
        short="署名する",
        button="内容を確認して署名する",
        lead=f"{'あなたの署名で契約が確定します（地方自治法234条5項）。' if last else ''}{until}",
        fields=(Field(name="comment", label="コメント（任意）", kind="text"),),
        confirm="契約書の内容を確認し、県として電子署名を行うことに同意します",
        fixed={"document": state.decided_document},
    )


def resend(look: ContractLook) -> ActForm:
    """A new link for one signer; the one before is void."""
    return ActForm(
        heading="署名の依頼を送り直す",
        short="依頼を送り直す",
        button="送り直す",
        lead="新しい依頼を送ります。前に送ったリンクは使えなくなります。",
        fields=(_signer(look, own=False),),
    )


def change_signer(look: ContractLook) -> ActForm:
    """Another person of the counterparty signs; what somebody else proposed stands there already."""
    proposed = next((each for each in look.state.parties if each.proposal is not None), None)
    person = proposed.proposal.person if proposed is not None and proposed.proposal is not None else None
    return ActForm(
        heading="相手方の署名者を変える",
        short="相手方の署名者を変える",
        button="署名者を変える",
        lead="新しい署名者に依頼を送ります。前の署名者のリンクと本人確認は無効になります。",
        fields=(
            _signer(look, own=False, chosen=proposed.number if proposed else None),
            Field(name="to_name", label="氏名", kind="line", required=True, preset=person.name if person else ""),
            Field(name="to_title", label="役職（任意）", kind="line", preset=(person.title or "") if person else ""),
            Field(
                name="to_email", label="メールアドレス", kind="line", required=True, max=254,
                preset=person.email if person else "",
            ),
            Field(
                name="to_phone", label="電話番号（任意）", kind="line", preset=(person.phone or "") if person else "",
                help="認証コードを送る先。例 090-0000-0000",
            ),
            reason("前の署名者に代わる理由と、権限をどう確かめたか。"),
        ),
    )  # fmt: skip


def _signer(look: ContractLook, *, own: bool, chosen: int | None = None) -> Field:
    left = [each for each in look.state.unsigned if own or not each.is_prefecture]
    only = left[0].number if len(left) == 1 else chosen
    options = tuple(
        Option(value=str(each.number), label=signer_label(each, look.state), chosen=each.number == only)
        for each in left
    )
    return Field(name="signer", label="署名者", kind="choice", required=True, options=options)


def signer_label(party: Party, state: Contract) -> str:
    """Give who signs: the counterparty and the person, or the post for the prefecture."""
    signer = party.signer
    if party.is_prefecture:
        return signer.title or signer.post or "県"
    names = {each.number: each.name for each in state.content.counterparties}
    company = names.get(signer.counterparty or 0, "")
    person = " ".join(filter(None, (signer.person.title, signer.person.name))) if signer.person else ""
    return f"{company} {person}".strip()
