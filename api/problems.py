"""The one table of problems: every stable code with its HTTP status and what it tells people and developers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from api.auth.codes import PROBLEMS as IDENTITY
from api.signing.codes import CODES as SIGNING
from domain.campaign.codes import CODES as CAMPAIGN
from domain.contract.codes import CODES as CONTRACT
from domain.directory.codes import CODES as DIRECTORY
from domain.telework.codes import CODES as TELEWORK


class Kind(NamedTuple):
    """How one code is answered: HTTP status, Japanese sentence for the person, English one for the developer.

    `retry_after` is in seconds, where sending the same again makes sense.
    """

    status: int
    title: str
    detail: str
    retry_after: int | None = None


# What the approval record, the rules and the ledger refuse.
APPROVAL: Mapping[str, Kind] = MappingProxyType(
    {
        # not allowed, ever
        "forbidden": Kind(
            403,
            "この操作をする権限がありません。本人か、権限のある職員に依頼してください。",
            "The asking person is not entitled to this act.",
        ),
        "self-approval": Kind(
            403,
            "自分で出したものを、自分で承認・決裁することはできません。上司か、代決できる職員に依頼してください。",
            "Nobody acts on what they drafted or applied for themselves.",
        ),
        "forged": Kind(
            403, "この操作は受け付けられませんでした。", "The worker does not trust the command's signature."
        ),
        # does not exist, or not for this reader
        "not-found": Kind(
            404, "見つかりません。番号や宛先を確かめてください。", "It does not exist, or not for this reader."
        ),
        "unknown-verb": Kind(
            404, "そのような操作はありません。操作の名前を確かめてください。", "The record has no such verb."
        ),
        # not now
        "not-your-turn": Kind(409, "まだ、またはもう、あなたの番ではありません。", "Another step is active now."),
        "not-pending": Kind(
            409,
            "いまは、この処理を待つ状態ではありません。開き直して、今の状態を確かめてください。",
            "It does not wait for this act now.",
        ),
        "stale-version": Kind(
            409,
            "画面を開いた後に内容が変わりました。開き直してから、もう一度操作してください。",
            "The record is newer.",
        ),
        "already-closed": Kind(
            409,
            "すでに終わっているため、この操作はできません。必要なときは、新しく作成してください。",
            "The record has ended.",
        ),
        "already-drafted": Kind(409, "この案件はすでに起案されています。", "The number is already in use."),
        "already-decided": Kind(409, "この案件はすでに決裁されています。", "The case has been decided."),
        "already-enforced": Kind(409, "この案件はすでに施行されています。", "The case has been enforced."),
        "already-reviewed": Kind(409, "後閲はすでに済んでいます。", "The post-review has been done."),
        "already-confirmed": Kind(409, "供覧はすでに確認済みです。", "This reader has confirmed already."),
        "already-circulated": Kind(
            409, "これらの職にはすでに供覧しています。", "Every named post is among the readers."
        ),
        "already-flagged": Kind(409, "この事由による留保はすでに付いています。", "The flag has been raised already."),
        "already-in-route": Kind(409, "この職員はすでに回付経路に入っています。", "The person already has a step."),
        "already-owner": Kind(409, "この職員はすでに起案者です。", "The person owns the draft already."),
        "not-decided": Kind(409, "この案件はまだ決裁されていません。", "The case has not been decided."),
        "not-enforced": Kind(409, "この案件はまだ施行されていません。", "The case has not been enforced."),
        "not-held": Kind(409, "この案件は保留されていません。", "The case is not on hold."),
        "on-hold": Kind(409, "この案件は保留中です。", "The case is on hold."),
        "others-pending": Kind(409, "先に済ませるべき回議・合議が残っています。", "A required act is outstanding."),
        "wrong-act": Kind(409, "今の段階で求められている操作ではありません。", "The active step asks for another act."),
        "not-absent": Kind(409, "この職員は不在ではありません。", "No recorded absence covers this moment."),
        "still-absent": Kind(409, "不在の期間中は後閲できません。", "The proper decider is still absent."),
        "no-eligible-proxy": Kind(409, "代決できる職員がいません。", "Nobody in the proxy order may act now."),
        "not-first-proxy": Kind(
            409,
            "代決の順位が先の職員がいます。その職員に依頼してください。",
            "Somebody earlier in the proxy order is present.",
        ),
        "proxy-available": Kind(409, "代決できる職員がいるため、引き上げられません。", "A proxy may act; use it."),
        "no-post-review": Kind(409, "この案件に後閲の依頼はありません。", "No post-review was asked for."),
        # not until somebody repairs it
        "ledger-regressed": Kind(
            503,
            "台帳が以前の状態に戻っているため、停止しています。管理者に連絡してください。",
            "The ledger is older than what this case's process has seen.",
            60,
        ),
        # understood, but a rule says no
        "key-reused": Kind(
            422,
            "同じIdempotency-Keyが別の内容で使われています。新しいキーで送り直してください。",
            "The key was used with another payload.",
        ),
        "unknown-kind": Kind(422, "案件の種別が正しくありません。", "The authority table has no such kind."),
        "unknown-flag": Kind(422, "留保の事由が正しくありません。", "The authority table has no such flag."),
        "amount-required": Kind(422, "この種別には金額が必要です。", "The kind is judged by its amount."),
        "amount-negative": Kind(422, "金額は0円以上です。", "The amount is negative."),
        "amends-not-decided": Kind(
            422, "変更の対象とする案件が決裁されていません。", "The amended case does not exist or is not decided."
        ),
        "drafter-not-in-line": Kind(422, "この職からは起案できません。", "The post has no line that could decide."),
        "no-decider-above": Kind(422, "この案件を決裁できる職がありません。", "Nobody else above may decide."),
        "no-eligible-examiner": Kind(422, "審査できる職員がいません。", "Everyone who could examine has another part."),
        "concurrence-vacant": Kind(422, "合議先の職が欠員です。", "The post to be asked, and those above, are vacant."),
        "no-rules-in-force": Kind(
            422,
            "その日に施行されている規程がありません。別の日を指定するか、規程の担当に連絡してください。",
            "No edition is in force on that day.",
        ),
        "proxy-forbidden": Kind(422, "この案件は代決が禁じられています。", "The case's flags or a dissent forbid it."),
        "opinion-required": Kind(
            422, "同意以外の回答には意見が必要です。", "Every answer but `agree` needs an opinion."
        ),
        "reason-required": Kind(422, "理由が必要です。", "A return needs a reason."),
        "comment-required": Kind(422, "異議には理由が必要です。", "An objection needs a comment."),
        "nothing-changed": Kind(
            422, "変更された項目がありません。直すところを入力してください。", "No field differs from what stands."
        ),
        "no-such-step": Kind(422, "差戻し先の段階が正しくありません。", "Not an earlier step that has been done."),
        "after-decision": Kind(422, "決裁の後に回議者は加えられません。", "A reviewer cannot follow the decider."),
        "already-acted": Kind(422, "この職員はすでにこの案件を処理しています。", "The person has acted in the case."),
        "before-decision": Kind(422, "施行日が決裁日より前です。", "`on` lies before the day of the decision."),
        "in-the-future": Kind(
            422, "未来の日時は指定できません。今までの日時を入力してください。", "The moment has not come yet."
        ),
        "in-the-past": Kind(
            422, "過去の日時は指定できません。これからの日時を指定してください。", "The moment has passed."
        ),
        "edition-changed": Kind(422, "施行済みの版の内容は変えられません。", "An adopted edition is never edited."),
        "edition-overlap": Kind(422, "同じ日に始まる別の版があります。", "Another edition begins on the same day."),
        "rules-invalid": Kind(422, "規程の内容に誤りがあります。", "The edition's text is not valid."),
        # registers
        "unknown-register": Kind(404, "そのような管理簿はありません。", "No register of that code is in force."),
        "already-entered": Kind(409, "この番号はすでに使われています。", "The number is already in use."),
        "not-in-this-state": Kind(
            409, "今の状態ではできない操作です。開き直して、できることを確かめてください。", "Another state is needed."
        ),
        "unknown-field": Kind(422, "この名前の項目はありません。", "The register does not ask for it here."),
        "field-required": Kind(422, "必須の項目です。", "The register's definition requires the field."),
        "field-invalid": Kind(422, "この項目に入れられる値ではありません。", "Not a value of the field's type."),
        "link-not-found": Kind(422, "その番号の記録はありません。番号を確かめてください。", "It names no record."),
        "nobody-to-permit": Kind(
            422, "許可できる職員がいません。人事担当に連絡してください。", "Nobody else in the line could permit it."
        ),
        # webhooks
        "not-operator": Kind(403, "Webhookを変更する権限がありません。", "Roles operator or directory-admin only."),
        "already-registered": Kind(409, "このWebhookはすでに登録されています。", "The number is already in use."),
        "already-disabled": Kind(409, "このWebhookはすでに止まっています。", "Nothing is being sent already."),
        "already-enabled": Kind(409, "このWebhookは止まっていません。", "It has not been disabled."),
        "webhook-url": Kind(422, "このURLには送信できません。", "Not a target that everybody reads alike."),
        "webhook-target-refused": Kind(
            422,
            "この送信先は許可されていません。内部のアドレスと暗号化されない送信先は、管理者が設定で許したものに限ります。",
            "Private targets and plain http need KESSAI_WEBHOOK_PRIVATE_TARGETS.",
        ),
    }
)

# What the API itself answers.
API: Mapping[str, Kind] = MappingProxyType(
    {
        "invalid": Kind(
            400,
            "入力に誤りがあります。示された項目を直してください。",
            "Malformed, an unknown field, or a wrong type; see `errors`.",
        ),
        "key-missing": Kind(
            400, "Idempotency-Keyヘッダーが必要です。", "Every state-changing POST needs an Idempotency-Key."
        ),
        "unknown-host": Kind(400, "このホスト名では受け付けていません。", "The Host header names another site."),
        "method-not-allowed": Kind(405, "この操作は使えません。", "The resource does not have this method."),
        "body-too-large": Kind(413, "送信された内容が大きすぎます。", "The request body exceeds the limit."),
        "attachment-too-large": Kind(413, "添付文書が大きすぎます。", "The file exceeds the limit per attachment."),
        "unsupported-media-type": Kind(
            415, "送信された内容の形式に対応していません。", "Another Content-Type is needed."
        ),
        "attachment-unknown": Kind(
            422, "添付文書がアップロードされていません。", "No uploaded document has this SHA-256; upload it first."
        ),
        "not-a-pdf": Kind(422, "PDFではない文書は契約書に指定できません。", "The contract document must be a PDF."),
        "pdf-not-accepted": Kind(
            422,
            "このPDFは契約書として受け付けられません。理由を確かめて、PDFを作り直してください。",
            "The PDF did not pass the inspection.",
        ),
        "contract-text-refused": Kind(
            422,
            "契約書を作れません。示された項目を直してください。",
            "The contract's text is incomplete, contradicts itself or cannot be set.",
        ),
        "contract-not-set": Kind(
            422,
            "契約書を作れませんでした。内容を短くするなどして、もう一度試してください。",
            "The document was not set.",
        ),
        "file-empty": Kind(422, "空のファイルは添付できません。", "The uploaded file has no bytes."),
        "headers-too-large": Kind(431, "要求ヘッダーが大きすぎます。", "The request's headers exceed the limit."),
        "internal": Kind(
            500,
            "システムの内部で誤りが起きました。管理者に correlation_id を伝えてください。",
            "An unexpected failure.",
        ),
        "document-damaged": Kind(
            500,
            "保存された文書が壊れています。管理者に correlation_id を伝えてください。",
            "The stored bytes differ from their hash.",
        ),
        "behind": Kind(
            503, "まだ反映されていません。少し待ってからもう一度お試しください。", "Not reached in time.", 1
        ),
        "busy": Kind(
            503,
            "混み合っています。少し待ってから、同じ操作をもう一度お試しください。",
            "Nothing was done; send the same with the same key.",
            2,
        ),
        "unavailable": Kind(
            503,
            "一時的に利用できません。少し待ってからもう一度お試しください。",
            "A part this answer needs is down.",
            5,
        ),
        "outcome-unknown": Kind(
            504,
            "処理されたかどうか確認できません。同じ操作をもう一度お試しください(二重には処理されません)。",
            "The outcome is unknown; retry with the same Idempotency-Key.",
            2,
        ),
    }
)

PROBLEMS: Mapping[str, Kind] = MappingProxyType(
    {
        **{code: Kind(row.status, row.title, row.detail) for code, row in DIRECTORY.items()},
        **{code: Kind(row.status, row.title, row.detail) for code, row in TELEWORK.items()},
        **{code: Kind(row.status, row.title, row.detail) for code, row in CAMPAIGN.items()},
        **{code: Kind(row.status, row.title, row.detail) for code, row in CONTRACT.items()},
        **{code: Kind(row.status, row.title, row.detail) for code, row in IDENTITY.items()},
        **{code: Kind(row.status, row.title, row.detail) for code, row in SIGNING.items()},
        **APPROVAL,
        **API,
    }
)
