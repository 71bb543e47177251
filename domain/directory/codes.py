"""The directory's refusal codes: HTTP status, a Japanese sentence for the person, an English one for the developer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """One row of the table of codes."""

    status: int
    title: str
    detail: str


CODES: dict[str, Code] = {
    # not allowed, ever
    "person-only": Code(
        403,
        "職員本人による操作だけが認められています。",
        "Only a person, never a service account, changes the directory.",
    ),
    "not-directory-admin": Code(403, "職員録を変更する権限がありません。", "The role directory-admin is needed."),
    "not-for-this-person": Code(
        403,
        "この職員の不在を登録・取消する権限がありません。",
        "Only the person, their unit, their line or a directory-admin.",
    ),
    "self-confirmation": Code(
        403, "自分が提案した変更を自分で承認することはできません。", "The author cannot be the second person."
    ),
    "gains-from-change": Code(
        403, "この変更で権限が増える職員は承認できません。", "The second person gains from the change."
    ),
    "not-second-person": Code(
        403, "この変更を承認・不承認する立場にありません。", "Not among those who may be the second person."
    ),
    # does not exist
    "unknown-proposal": Code(404, "該当する変更の提案がありません。", "No such proposal."),
    "unknown-absence": Code(404, "該当する不在がありません。", "No such absence."),
    # not now
    "proposal-closed": Code(
        409, "この提案はすでに処理されています。", "The proposal was already confirmed or refused."
    ),
    "proposal-outdated": Code(
        409, "提案の後に職員録が変わったため、この提案は適用できません。", "The directory changed; propose again."
    ),
    "absence-over": Code(
        409, "この不在はすでに終わっています。", "The absence ends before now, or was already cancelled."
    ),
    "already-absent": Code(
        409, "この期間の不在はすでに登録されています。", "A recorded absence already covers the span."
    ),
    "post-occupied": Code(
        409, "この職には、その期間すでに別の任命があります。", "Another appointment to the post overlaps."
    ),
    "already-regular": Code(
        409, "この職員には、その期間すでに本務の職があります。", "The person already holds a regular post then."
    ),
    "already-acting": Code(
        409, "この職には、その期間すでに事務取扱が命じられています。", "Another acting order overlaps."
    ),
    "already-granted": Code(
        409, "この役割・職務はすでに付与されています。", "The post already carries it on that day."
    ),
    "already-overseen": Code(409, "この所属はすでに別の副知事が担当しています。", "Another post oversees the unit."),
    "unit-exists": Code(409, "この所属コードはすでに使われています。", "The unit exists on that day or later."),
    "post-exists": Code(409, "この職コードはすでに使われています。", "The post exists on that day or later."),
    "unit-in-use": Code(
        409, "職または下位の所属が残っているため、廃止できません。", "Posts or units still belong to the unit."
    ),
    "post-in-use": Code(
        409, "任命が残っているため、この職は廃止できません。", "An appointment reaches to or past that day."
    ),
    # understood, but a rule says no
    "unknown-unit": Code(422, "その日に存在しない所属です。", "The unit does not exist on that day."),
    "unknown-post": Code(
        422, "その日に存在しない職です。職を選び直してください。", "The post does not exist on that day."
    ),
    "unknown-person": Code(
        422, "職員録にない職員です。", "The directory does not know the person; a new person needs a name."
    ),
    "unknown-rank": Code(422, "職位が正しくありません。", "No such rank."),
    "unknown-role": Code(422, "役割が正しくありません。", "Roles are auditor, finance, directory-admin, operator."),
    "vacant-post": Code(422, "この職は欠員です。ほかの職を選んでください。", "Nobody holds the post or acts for it."),
    "dates-reversed": Code(422, "終わりの日が始まりの日より前です。", "The span ends before it begins."),
    "person-or-post": Code(422, "職員か職のどちらか一方を指定してください。", "Exactly one of person and post."),
    "role-or-duty": Code(422, "役割か職務のどちらか一方を指定してください。", "Exactly one of role and duty."),
    "not-appointed": Code(
        422, "その日にこの職に任命されている職員ではありません。", "No such appointment that could end or move then."
    ),
    "not-acting": Code(422, "終わらせる事務取扱がありません。", "No acting order that could end then."),
    "not-granted": Code(422, "この役割・職務は付与されていません。", "The post does not carry it on that day."),
    "acting-for-itself": Code(422, "職が自らの事務取扱になることはできません。", "A post cannot act for itself."),
    "parent-cycle": Code(422, "上位の所属が循環しています。", "The parent lies below the unit."),
    "rule-repeated": Code(422, "同じ対象の代決順位が二つあります。", "Two proxy rules for the same target."),
    "moved-twice": Code(422, "同じ職員が同じ職から二度異動しています。", "A person leaves the same post twice."),
    "nothing-to-change": Code(422, "変更がありません。", "The change would change nothing."),
    "organisation-broken": Code(
        422, "この変更を行うと組織のつながりが壊れます。", "The organisation would no longer hold together on some day."
    ),
}
