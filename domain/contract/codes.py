"""The refusal codes of electronic contracts: HTTP status, a Japanese sentence that says what to do, an English one for
the developer.
"""

from domain.directory.codes import Code

CODES: dict[str, Code] = {
    # not allowed, ever
    "not-contract-officer": Code(
        403,
        "県の署名者(契約担当者の職にある本人)だけが署名できます。代わって署名するには書面による委任が必要です。",
        "Only the holder of the post that signs, or whom a written delegation names.",
    ),
    "counterparty-only": Code(
        403,
        "この操作は、相手方の署名者が本人のリンクから行います。",
        "No official, service or rule acts for a counterparty.",
    ),
    "officials-only": Code(
        403, "この操作は県の職員が行います。県の担当者に連絡してください。", "No counterparty acts for the prefecture."
    ),
    "wrong-session": Code(
        403,
        "リンクを開いた画面とは別の画面からの操作です。リンクを開き直すか、再発行を依頼してください。",
        "The link is bound to another browser session.",
    ),
    "second-factor-required": Code(
        403,
        "本人確認が済んでいないか、有効時間を過ぎています。認証コードかパスキーで、もう一度確認してください。",
        "A fresh second factor, proven in this session for this document, is required.",
    ),
    # not now
    "expired": Code(409, "署名の期限を過ぎています。県の担当者の再送信を待ってください。", "The time to sign is over."),
    "already-created": Code(409, "この番号の契約はすでに準備されています。", "The number is already in use."),
    "already-contracted": Code(
        409,
        "この決裁による契約はすでにあります。変更・差替えのときは、その契約の番号を指定してください。",
        "One contract carries out a decision, unless linked by `amends` or `supersedes`.",
    ),
    "already-concluded": Code(
        409,
        "すでに締結されているため、この操作はできません。変更契約か解除によってください。",
        "The contract has been concluded.",
    ),
    "already-sent": Code(
        409, "すでに署名者に送信しています。署名を待つか、取り下げてください。", "It is with its signers."
    ),
    "already-agreed": Code(409, "この署名者はすでに同意しています。", "The signer has given the instruction."),
    "already-linked": Code(409, "この契約とはすでに結び付いています。", "The link exists already."),
    "being-prepared": Code(
        409,
        "この署名者の署名を準備しています。完了するか、準備の有効時間が過ぎるまでお待ちください。",
        "A two-phase signature of this signer is under way.",
    ),
    "consent-missing": Code(
        409,
        "電子契約への同意が記録されていない相手方があります。同意書を受け取り、記録してから送信してください。",
        "A counterparty's consent is not recorded.",
    ),
    "construction-consent-missing": Code(
        409,
        "建設業法19条3項の承諾が記録されていない相手方があります。承諾を得て、記録してから送信してください。",
        "A works contract needs the counterparty's consent to the electronic method.",
    ),
    "consent-expired": Code(
        409, "相手方の同意の有効期間が過ぎています。同意を改めて受け取り、記録してください。", "A consent has run out."
    ),
    "mandate-expired": Code(
        409,
        "署名者の委任状の有効期間が過ぎています。新しい委任状を添えて署名者を変更してください。",
        "The signer's mandate has run out.",
    ),
    "written-date-passed": Code(
        409,
        "あらかじめ記載した契約日から認められる日数を過ぎています。契約日を改めた契約書で決裁を取り直してください。",
        "The last signature would lag too far behind the written date.",
    ),
    "no-link": Code(
        409,
        "県の署名者にはリンクを送りません。ログインして署名を依頼してください。",
        "The prefecture's signer logs in.",
    ),
    "link-outdated": Code(
        409,
        "このリンクは新しいリンクに置き換えられています。最後に届いた依頼から開いてください。",
        "A newer generation of the link exists.",
    ),
    "link-used": Code(
        409,
        "このリンクはすでに開かれています。別の端末で開くには、リンクの再発行を依頼してください。",
        "The link is bound to a session; `reissue` sends another.",
    ),
    "link-not-opened": Code(
        409, "依頼のリンクがまだ開かれていません。リンクを開いてから操作してください。", "Open the link first."
    ),
    "too-many-links": Code(
        409,
        "リンクの再発行の上限に達しました。明日以降に依頼するか、県の担当者に連絡してください。",
        "Too many reissues within a day.",
    ),
    "too-many-codes": Code(
        409, "認証コードの依頼が続いています。しばらくしてから依頼してください。", "Too many codes within an hour."
    ),
    "too-many-passkeys": Code(409, "登録できるパスキーの数に達しています。", "Too many passkeys of one signer."),
    "code-locked": Code(
        409,
        "認証コードの誤りが続いたため、入力を止めています。しばらくしてから、新しいコードを依頼してください。",
        "Locked after too many wrong codes.",
    ),
    "code-outdated": Code(
        409,
        "この認証コードは使えません。最後に届いたコードを入力してください。",
        "Only the last code counts, and once.",
    ),
    "signer-blocked": Code(
        409,
        "認証コードの誤りが多いため、このリンクを止めました。県の担当者に連絡し、新しい依頼を受け取ってください。",
        "Far too many wrong codes: the officer has to send another link.",
    ),
    "code-expired": Code(
        409, "認証コードの有効時間が過ぎています。新しいコードを依頼してください。", "The code has run out."
    ),
    "no-preparation": Code(
        409,
        "署名値を待っている準備がありません。署名の準備からやり直してください。",
        "No prepared signature of that number waits.",
    ),
    "lease-expired": Code(
        409, "署名の準備の有効時間が過ぎています。署名の準備からやり直してください。", "The lease has run out."
    ),
    "nothing-refused": Code(409, "やり直す処理はありません。", "No step was refused."),
    "not-concluded": Code(409, "締結されている契約ではありません。", "The contract does not stand."),
    "not-provisional": Code(409, "議決を待っている仮契約ではありません。", "It does not wait for a vote."),
    "not-on-paper": Code(409, "書面に切り替えた契約ではありません。", "It was not switched to paper."),
    "review-not-due": Code(
        409, "保存期間満了の措置を決める時期ではありません。", "The end of the retention is not under review."
    ),
    # understood, but a rule says no
    "approval-not-found": Code(
        422, "決裁案件が見つかりません。番号を確かめてください。", "No such approval, or not for this reader."
    ),
    "contract-not-found": Code(
        422, "契約が見つかりません。番号を確かめてください。", "No such contract, or not for this reader."
    ),
    "document-differs": Code(
        422, "決裁された契約書と異なる文書です。決裁された文書を指定してください。", "Not the bytes that were decided."
    ),
    "amount-differs": Code(
        422, "金額が決裁と異なります。決裁の金額を確かめてください。", "Not the amount that was decided."
    ),
    "counterparty-differs": Code(
        422, "相手方が決裁と異なります。決裁の相手方を確かめてください。", "Not the counterparty that was decided."
    ),
    "period-differs": Code(
        422, "期間が決裁と異なるか、効力発生日が決裁の期間の外です。", "Not the period that was decided, or outside it."
    ),
    "taxed-amount-differs": Code(
        422,
        "記載金額が契約金額を超えています。消費税を除いた金額を入力してください。",
        "`taxed_amount_yen` exceeds the amount.",
    ),
    "excluded-kind": Code(422, "この種類の決裁は電子契約の対象ではありません。", "The rules leave this kind out."),
    "class-not-for-kind": Code(
        422,
        "契約の種類が決裁の種類と合いません。契約の種類を選び直してください。",
        "The class is not for decisions of this kind.",
    ),
    "mode-not-allowed": Code(
        422,
        "この種類の契約では、その署名の方式を使えません。別の方式を選んでください。",
        "The rules do not allow this mode for the class.",
    ),
    "wrong-mode": Code(
        422,
        "この署名者の署名の方式ではない操作です。依頼に示された方式で署名してください。",
        "The signer signs in the other mode.",
    ),
    "signer-required": Code(
        422,
        "署名者のいない相手方があります。相手方ごとに署名者を一人以上指定してください。",
        "Each counterparty needs a signer.",
    ),
    "group-required": Code(
        422, "順番を組で決めるときは、署名者ごとに組を指定してください。", "`groups` needs a group for every signer."
    ),
    "mailbox-repeated": Code(
        422,
        "同じメールアドレスの署名者がほかにいます。署名者ごとに本人のアドレスを指定してください。",
        "Two signers never share a mailbox.",
    ),
    "own-mailbox": Code(
        422,
        "県のメールアドレスは相手方の署名者に使えません。相手方のアドレスを指定してください。",
        "Nobody signs for a counterparty from the prefecture's own mail.",
    ),
    "no-phone": Code(
        422,
        "電話番号が届け出られていません。郵送のコードを選ぶか、県の担当者に連絡してください。",
        "The signer has no telephone number.",
    ),
    "nobody-to-sign": Code(
        422,
        "県の署名者となる職がありません。署名する職を指定してください。",
        "No post with the duty of contracts is held.",
    ),
    "not-signing-post": Code(
        422,
        "契約を締結する権限のない職です。契約担当者か課長以上の職を指定してください。",
        "The post neither has the duty of contracts nor heads a division.",
    ),
    "post-required": Code(422, "県の署名者は職で指定してください。", "The prefecture's signer is named by post."),
    "person-of-signer-required": Code(
        422, "相手方の署名者は氏名とメールアドレスで指定してください。", "A counterparty's signer is named as a person."
    ),
    "unknown-counterparty": Code(422, "その番号の相手方はありません。", "No counterparty of that number."),
    "unknown-signer": Code(422, "その番号の署名者はありません。", "No signer of that number."),
    "forward-to-oneself": Code(
        422, "今と同じメールアドレスには転送できません。", "The person to forward to has the same mailbox."
    ),
    "statement-differs": Code(
        422, "同意の文が画面の表示と異なります。画面を開き直してください。", "Not the sentence of the rules."
    ),
    "passkey-known": Code(422, "このパスキーはすでに登録されています。", "The credential is registered already."),
    "passkey-unknown": Code(
        422,
        "登録されていないパスキーです。認証コードで確認してください。",
        "The credential is not registered for this contract.",
    ),
    "expiry-too-long": Code(
        422, "署名の期限が規程の上限より先です。短い日数を指定してください。", "More days than the rules allow."
    ),
    "date-rule-not-allowed": Code(
        422, "この種類の契約では、その契約日の決め方を使えません。", "The rules do not allow this contract date rule."
    ),
    "written-date-required": Code(
        422, "あらかじめ記載した契約日を入力してください。", "`written` needs `written_date`."
    ),
    "written-date-unwanted": Code(
        422, "最後の署名の日を契約日とするときは、契約日を入力できません。", "`last_signature` takes no written date."
    ),
    "date-out-of-range": Code(
        422, "日付が今日から離れすぎています。年を確かめてください。", "No contract of today has to do with that day."
    ),
    "dated-before-decision": Code(422, "契約日が決裁の日より前です。", "The date lies before the day of the decision."),
    "before-contract-date": Code(422, "契約日より前の日付です。", "The date lies before the contract date."),
    "retroactive-needs-reason": Code(
        422,
        "契約日または効力発生日が過去の日です。遡及の理由を入力してください。",
        "A day before today needs a reason.",
    ),
    "provisional-needed": Code(
        422, "議会の議決を要する金額です。仮契約として準備してください。", "The amount needs a vote: set `provisional`."
    ),
    "amends-required": Code(
        422, "変更する契約の番号を入力してください。", "An amendment names the contract it changes."
    ),
    "one-link-only": Code(422, "変更と差替えは同時に指定できません。", "Either `amends` or `supersedes`."),
    "same-contract": Code(422, "契約をそれ自身と結び付けることはできません。", "A contract is not linked with itself."),
    "until-required": Code(
        422, "延長後の保存期限を、今の満了日より後の日で入力してください。", "An extension needs a later day."
    ),
    "until-unwanted": Code(422, "延長のときだけ保存期限を入力してください。", "Only an extension has a day."),
}
