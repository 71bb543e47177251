"""電子契約の画面の言葉: the tones of states, what signers' progress is called, the names of fields."""

from collections.abc import Mapping
from types import MappingProxyType

from api.contract_labels import CLASSES, DATE_RULES, LEVELS, MODES, ORDERS, STATES, STEPS
from api.pages.labels import Tone

__all__ = [
    "CLASSES", "DATE_RULES", "FIELDS", "LEVELS", "MODES", "ORDERS", "PARTIES", "PARTY_TONES", "REVIEWS", "STATES",
    "STEPS", "TONES",
]  # fmt: skip

TONES: Mapping[str, Tone] = MappingProxyType(
    {
        "consent_missing": "still",
        "ready": "still",
        "concluded": "good",
        "provisional": "good",
        "declined": "ended",
        "expired": "back",
        "withdrawn": "ended",
        "switched_to_paper": "back",
        "superseded": "still",
        "terminated": "ended",
    }
)
PARTIES: Mapping[str, str] = MappingProxyType(
    {
        "waiting": "まだ送っていません",
        "invited": "依頼済み",
        "opened": "開封",
        "agreed": "同意（署名の処理中）",
        "signed": "署名済み",
        "declined": "辞退",
    }
)
PARTY_TONES: Mapping[str, Tone] = MappingProxyType(
    {
        "waiting": "still",
        "invited": "moving",
        "opened": "moving",
        "agreed": "moving",
        "signed": "good",
        "declined": "ended",
    }
)
REVIEWS: Mapping[str, str] = MappingProxyType({"extended": "延長", "archives": "公文書館へ引渡し", "disposal": "廃棄"})
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "approval": "決裁の番号",
        "class": "契約の種類",
        "document": "契約書",
        "counterparties": "相手方",
        "order": "署名の順序",
        "contract_date_rule": "契約日",
        "written_date": "契約書に記した日",
        "effective_from": "効力の発生日",
        "retroactive_reason": "さかのぼる理由",
        "expires_in_days": "署名の期限（日）",
        "joint_venture": "共同企業体の名称",
        "prefecture_post": "県の署名者の職",
        "prefecture_mode": "県の署名の方法",
        "taxed_amount_yen": "記載金額（税抜）",
        "amends": "変更する契約の番号",
        "supersedes": "差し替える契約の番号",
        "received_on": "同意を受けた日",
        "valid_until": "同意の有効期限",
        "form": "同意書",
        "signer": "署名者",
        "to": "新しい署名者",
        "post": "県の署名者の職",
        "reason": "理由",
        "contract_date": "契約日",
        "agreement": "合意書",
        "on": "日",
        "by": "変更契約の番号",
        "voted_on": "議決の日",
        "reference": "議案の番号",
        "outcome": "結果",
        "until": "いつまで",
    }
)
