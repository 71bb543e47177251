"""The contracts of the demonstration: one signed on instruction, one with the contractor's own certificate, one
declined,
one that ran out of time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from domain.clock import JST
from domain.contract import RECORD
from domain.contract.view import STATUS_LABELS
from kessai.settings import Settings
from kessai.story.cases import Advance, CaseWalker
from kessai.story.counterparty import OUTSIDE, Counterparty
from kessai.story.own_certificate import sign_with_own_certificate
from kessai.story.walker import Case, Walker

OFFICER, SIGNS = "road-officer", "property-director"
PREFECTURE = {
    "name": "県(デモ)",
    "address": "県庁所在地一丁目1番1号",
    "representative": "契約担当者　管財課長　職員0151",
}
COMPANY = {"name": "受注者A社", "corporate_number": "1000012345678"}
ADDRESS = {"address": "県庁所在地二丁目2番2号", "representative": "代表取締役　署名者01"}
MEMBER = {
    "name": "署名者01",
    "email": "signer01@contractor-a.example.jp",
    "phone": "090-0000-0001",
    "title": "代表取締役",
}
BEGINS = datetime(2026, 12, 21, 9, 0, tzinfo=JST)  # a Monday after the campaign
EXPIRES_AFTER = timedelta(days=8)
DONE = "contract.copies-delivered.v1"


@dataclass
class ContractWalker(Walker):
    """Walks contracts: the officer's side over the API, the counterparty's with mailbox and telephone."""

    settings: Settings = field(kw_only=True)
    cases: CaseWalker = field(kw_only=True)
    record = RECORD
    states: ClassVar = STATUS_LABELS

    def titles(self, case: Case) -> dict[str, str]:
        """Those of the officer in charge and of whoever signs for the prefecture."""
        signers = {each["post"]: each["title"] for each in case["signers"] if each["post"]}
        return {case["custody"]["post"]: case["custody"]["title"]} | signers

    def decided(self, key: str, kind: str, text: dict[str, Any]) -> tuple[Case, str]:
        """Set the contract, have it decided; give the approval and the document's hash."""
        kept = self.put(OFFICER, "/v1/contract-documents", f"{key}-text", text)
        period = {"from": text["period_from"], "to": text["period_to"]}
        case = self.cases.draft(
            OFFICER, f"{key}-approval", kind=kind, title=f"{text['title']}の契約締結", amount_yen=text["amount_yen"],
            body="別紙契約書のとおり契約を締結してよろしいか伺います。", counterparty=COMPANY, period=period,
            contract_document=kept["sha256"],
        )  # fmt: skip
        return self.cases.approve_until(case, "decided"), kept["sha256"]

    def released(self, key: str, kind: str, text: dict[str, Any], **more: Any) -> Case:
        """Prepare the contract from its decision, record the consent, send it out."""
        decided, document = self.decided(key, kind, text)
        body = {
            "approval": decided["number"], "class": text["contract_class"], "document": document,
            "counterparties": [{**COMPANY, "members": [{**MEMBER, **more}]}],
        }  # fmt: skip
        case = self.begin(OFFICER, "/v1/contracts", key, f"契約の準備 {text['title']}", body)
        works = text["contract_class"] == "works"
        case = self.act(OFFICER, case, "consent", received_on=case["prepared_at"][:10], construction=works)
        return self.act(OFFICER, case, "release")

    def put(self, post: str, path: str, key: str, body: dict[str, Any]) -> Case:
        """Have `post` leave something that is no case."""
        answer = self._checked(
            self._http.post(path, json=body, headers={**self._headers(post), "Idempotency-Key": key})
        )
        kept: Case = answer.json()
        return kept

    @contextmanager
    def counterparty(self) -> Iterator[Counterparty]:
        """The company's signer."""
        signer = Counterparty(api=self.api, data=self.settings.data, email=MEMBER["email"], phone=MEMBER["phone"])
        try:
            yield signer
        finally:
            signer.close()

    def sign_for_prefecture(self, case: Case) -> Case:
        """Wait for the other side's signature, have the prefecture's signer sign, wait for the end."""
        _, case = self.await_fact(OFFICER, case, "contract.signed.v1")
        case = self.act(SIGNS, case, "sign", document=case["documents"]["decided"])
        _, case = self.await_fact(OFFICER, case, DONE)
        self._tell(case, f"署名検証・写しの交付(契約日 {case['contract_date']})")
        return case


def sent(walk: ContractWalker) -> Case:
    """A contract that has gone out, on whatever clock: its letter may have to wait for the next office day."""
    walk.say("電子契約: 決裁から署名の依頼まで")
    text = _text("services", "橋梁点検業務委託(その2)", 9_900_000, 900_000, ("2027-01-04", "2027-03-19"))
    case = walk.released("demo-services", "outsourcing", text)
    walk.say(f"     署名の依頼のメールは {walk.settings.data / OUTSIDE} に置かれます(閉庁日と夜間は次の開庁日の朝)")
    return case


def by_instruction(walk: ContractWalker) -> Case:
    """立会人型: the platform signs for both on their instruction."""
    walk.say("13. 業務委託契約(立会人型): 決裁から締結まで")
    text = _text("services", "橋梁点検業務委託(その2)", 9_900_000, 900_000, ("2027-01-04", "2027-03-19"))
    case = walk.released("demo-services", "outsourcing", text)
    with walk.counterparty() as signer:
        seen = signer.open(case)
        walk.say("     相手方: メールのリンクとSMSの認証コードで本人を確認し、ページの画像で内容を確認")
        agreed = seen["agreed"]
        signer.act(case, "agree", document=agreed["document"], statement=agreed["statement"]["ja"])
    return walk.sign_for_prefecture(case)


def by_own_certificate(walk: ContractWalker) -> Case:
    """当事者型: the contractor's own certificate over two phases; the prefecture with its own key."""
    walk.say("14. 工事請負契約(当事者型): 受注者は自分の証明書で、県は職責証明書で署名")
    text = _text("works", "橋梁補修工事", 27_500_000, 2_500_000, ("2027-01-04", "2027-09-30"), place="県内一円")
    case = walk.released("demo-works", "works", text, mode="party")
    with walk.counterparty() as signer:
        signer.open(case)
        where = sign_with_own_certificate(walk.settings, signer, case)
        walk.say(f"     相手方: {where}の鍵で署名値を作り、送った")
    return walk.sign_for_prefecture(case)


def declined(walk: ContractWalker) -> Case:
    """The company does not agree."""
    walk.say("15. 辞退された契約")
    text = _text("services", "道路台帳の電子化業務委託", 1_650_000, 150_000, ("2027-01-04", "2027-03-19"))
    case = walk.released("demo-declined", "outsourcing", text)
    with walk.counterparty() as signer:
        signer.open(case)
        signer.act(case, "decline", reason="履行期間に技術者を配置できないため")
    _, case = walk.await_fact(OFFICER, case, "contract.declined.v1")
    walk.say(f"     理由: {case['signers'][0]['decline_reason'] or case['signers'][-1]['decline_reason']}")
    return walk.act(OFFICER, case, "withdraw", reason="相手方が辞退したため")


def expired(walk: ContractWalker, advance: Advance) -> Case:
    """Nobody answers in time: nothing is concluded, and the contract goes back to the officer."""
    walk.say("16. 期限までに署名されなかった契約")
    text = _text("services", "除雪車両の点検業務委託", 1_100_000, 100_000, ("2027-01-04", "2027-03-19"))
    case = walk.released("demo-expired", "outsourcing", text)
    walk.await_fact(OFFICER, case, "contract.invited.v1")
    advance(BEGINS + EXPIRES_AFTER)
    _, case = walk.await_fact(OFFICER, case, "contract.expired.v1")
    walk.say(f"     {case['number']} → {walk.state_of(case)}")
    return case


def tell_contracts(walk: ContractWalker, advance: Advance) -> list[Case]:
    """Walk all four; give them as they ended."""
    advance(BEGINS)
    return [by_instruction(walk), by_own_certificate(walk), declined(walk), expired(walk, advance)]


def _text(
    contract_class: str, title: str, amount_yen: int, tax_yen: int, period: tuple[str, str], **more: Any
) -> dict[str, Any]:
    first, last = (date.fromisoformat(each).isoformat() for each in period)
    counterparty = {**COMPANY, **ADDRESS}
    return {
        "contract_class": contract_class, "title": title, "prefecture": PREFECTURE, "counterparties": [counterparty],
        "amount_yen": amount_yen, "tax_yen": tax_yen, "period_from": first, "period_to": last, "place": "県内一円",
        **more,
    }  # fmt: skip
