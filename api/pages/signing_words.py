"""署名者の画面の言葉: every sentence in Japanese and in English, and which of the two a browser is shown."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from starlette.requests import Request

from api.errors import Problem
from api.pages import formats
from domain.clock import JST, civil_date

Language = Literal["ja", "en"]
COOKIE = "kessai-sign-lang"

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "heading": ("電子契約への署名", "Signing a contract"),
        "other_language": ("English", "日本語"),
        "skip": ("本文へ移る", "Skip to content"),
        "asked": ("{prefecture}から、契約書への電子署名をお願いしています。", "{prefecture} asks for your signature."),
        "no_account": (
            "会員登録も費用も要りません。スマートフォンだけで済みます。",
            "No account, no cost. A phone is enough.",
        ),
        "matter": ("件名", "Matter"),
        "number": ("番号", "Number"),
        "you": ("署名する方", "Signer"),
        "until": ("署名の期限", "Sign until"),
        "steps": ("手順", "What happens"),
        "step_open": ("この端末で開く", "Open it on this device"),
        "step_code": (
            "別の手段(電話など)で届く認証コードで、本人であることを確かめる",
            "Show that it is you with a code that reaches you another way",
        ),
        "step_read": ("契約書を読む", "Read the contract"),
        "step_decide": ("同意する、辞退する、又は署名すべき人に転送する", "Agree, decline, or forward it"),
        "open": ("この端末で開く", "Open on this device"),
        "open_note": (
            "開くと、このリンクはこの端末(ブラウザー)だけで使えるようになります。",
            "After that the link works in this browser only.",
        ),
        "bound": (
            "このリンクは、すでに別の端末(ブラウザー)で開かれています。",
            "This link has been opened in another browser already.",
        ),
        "bound_note": (
            (
                "この端末で続けるには、新しいリンクを送り直します。届く先は同じメールアドレスで、今のリンクは使えなくなります。"
                "自分で開いた覚えがないときは、県の担当に電話でお知らせください。"
            ),
            (
                "To go on here, have a new link sent to the same mailbox; this one then stops working. If it was not "
                "you who opened it, please telephone the prefecture."
            ),
        ),
        "reissue": ("新しいリンクを送ってもらう", "Send me a new link"),
        "reissued": (
            "新しいリンクを送ります。数分たっても届かないときは、迷惑メールも確かめてください。",
            "A new link is on its way. If it does not come in some minutes, look among your spam.",
        ),
        "calm_heading": ("このリンクは使えません", "This link does not work"),
        "calm": (
            (
                "リンクが新しいものに替わったか、期限が過ぎたか、手続きが終わっています。届いたメールのうち、"
                "いちばん新しいもののリンクを開いてください。それでも開けないときは、依頼した県の担当に電話でお尋ねください。"
            ),
            (
                "It was replaced by a newer one, its time is over, or the signing has ended. Please open the link in "
                "the newest mail. If that does not work either, telephone the unit of the prefecture that asked you."
            ),
        ),
        "prove_heading": ("ご本人の確認", "Showing that it is you"),
        "prove_lead": (
            "メールとは別の手段で認証コードを送ります。受け取り方を選んでください。",
            "A code will be sent another way than by mail. Choose how.",
        ),
        "channel": ("受け取り方", "How to send it"),
        "sms": ("SMS(末尾 {ends})", "SMS (…{ends})"),
        "telephone": ("自動音声の電話(末尾 {ends})", "Automated call (…{ends})"),
        "letter": ("郵便(数日かかります)", "Letter (takes days)"),
        "sent_sms": ("SMSで送りました(末尾 {ends})。", "Sent by SMS (…{ends})."),
        "sent_telephone": ("まもなく電話がかかります(末尾 {ends})。", "You will be called shortly (…{ends})."),
        "sent_letter": ("郵便で送ります。届くまで数日かかります。", "Sent by post; it takes some days."),
        "send_code": ("認証コードを送る", "Send the code"),
        "code": ("認証コード(6けた)", "Code (6 digits)"),
        "code_until": ("有効期限", "Valid until"),
        "enter": ("確かめる", "Check"),
        "code_wrong": ("コードが違います。もう一度入力してください。", "That is not the code. Please try again."),
        "again": ("届かないとき:もう一度送る", "Nothing came? Send it again"),
        "locked": (
            "誤ったコードが続いたため、{until}まで受け付けません。",
            "Too many wrong codes: none is taken until {until}.",
        ),
        "blocked": (
            (
                "誤ったコードが多すぎたため、このリンクでは続けられません。依頼した県の担当に電話で知らせ、新しいリンクを"
                "送ってもらってください。"
            ),
            "Too many wrong codes: this link goes no further. Please telephone the prefecture and have a new one sent.",
        ),
        "never_tell": (
            "県の職員がコードをお尋ねすることはありません。だれにも教えないでください。",
            "Nobody of the prefecture will ever ask for the code. Tell it to nobody.",
        ),
        "passkey_prove": ("パスキーで確かめる", "Use a passkey"),
        "passkey_register": ("次回のためにパスキーを登録する", "Register a passkey for the next time"),
        "passkey_note": (
            "この端末の指紋・顔・PINで確かめられるようになります。",
            "You can then use this device's fingerprint, face or PIN.",
        ),
        "contract": ("契約の内容", "The contract"),
        "parties": ("契約の相手方", "Counterparty"),
        "amount": ("契約金額(税込)", "Amount, tax included"),
        "period": ("履行期間", "Period"),
        "effective": ("効力の発生日", "Effective from"),
        "written": ("契約書に記す日", "Date in the contract"),
        "last_date": ("最後の署名の日", "The day of the last signature"),
        "contract_date": ("契約日", "Contract date"),
        "document": ("契約書のSHA-256(先頭)", "SHA-256 of the contract (beginning)"),
        "download": ("契約書をPDFで開く・保存する", "Download the contract (PDF)"),
        "pages": ("契約書の全ページ", "All pages of the contract"),
        "page_alt": (
            "契約書 {page}ページ目(全{count}ページ)の画像。文字として読むにはPDFを開いてください。",
            "Image of page {page} of {count} of the contract. Open the PDF to have it read as text.",
        ),
        "agree_heading": ("同意と署名の指示", "Agreeing"),
        "agree_note": (
            (
                "同意すると、上の契約書に対して、あなたの指示による電子署名が付されます。示された内容、時刻、認証の方法が、"
                "署名の証拠として記録されます。"
            ),
            (
                "When you agree, the document above is signed electronically on your instruction. What you were shown, "
                "when, and how you proved who you are become part of the signature's evidence."
            ),
        ),
        "agree": ("同意して署名する", "Agree and sign"),
        "party_heading": ("ご自分の電子証明書による署名", "Signing with your own certificate"),
        "party_note": (
            (
                "この契約は、あなたの電子証明書(ICカード、PKCS#12ファイルなど)で署名します。署名鍵がこの画面に送られることは"
                "ありません。二段階で行います。"
            ),
            (
                "This contract is signed with your own certificate (smart card, PKCS#12 file). Your key never comes "
                "here. There are two phases."
            ),
        ),
        "party_first": (
            "第一段階:証明書を送ると、県のシステムが署名の対象(ダイジェスト)を用意します。",
            "First: you send your certificate and what has to be signed is prepared.",
        ),
        "party_second": (
            "第二段階:手元の鍵で署名し、署名値を返すと、契約書に埋め込まれ、時刻が付されます。期限内に返してください。",
            "Second: you sign it with your key and return the value in time; it is put into the file and time-stamped.",
        ),
        "party_command": ("次の命令で、両方の段階を行えます。", "This command does both:"),
        "party_prepared": (
            "署名の対象が用意されました。{until}までに署名値を返してください。",
            "What is to be signed is ready. Return the value until {until}.",
        ),
        "party_preparing": ("署名の対象を用意しています。", "What is to be signed is being prepared."),
        "party_refused": (
            "前回の署名は受け付けられませんでした({code})。もう一度行ってください。",
            "The last signature was not accepted ({code}). Please try again.",
        ),
        "decline_heading": ("辞退する", "Decline"),
        "decline_note": (
            "辞退すると、この契約の電子署名の手続きは終わり、県の担当に理由が伝わります。",
            "Declining ends this signing; the prefecture is told your reason.",
        ),
        "reason": ("理由", "Reason"),
        "decline": ("理由を伝えて辞退する", "Decline"),
        "forward_heading": ("署名すべき人に転送する", "Forward to the right person"),
        "forward_note": (
            (
                "同じ会社のメールアドレスならすぐに転送されます。そのほかは、県の担当が確かめてから送ります。あなたのリンクは"
                "使えなくなります。"
            ),
            (
                "Within your company's mail domain it goes at once; otherwise the prefecture looks at it first. Your "
                "own link stops working."
            ),
        ),
        "name": ("氏名", "Name"),
        "email": ("メールアドレス", "Mail address"),
        "phone": ("電話番号(認証コードを受ける)", "Telephone (for codes)"),
        "post": ("役職", "Title"),
        "forward": ("この人に転送する", "Forward"),
        "must": ("必須", "required"),
        "signing": (
            "署名しています。この画面は自動で新しくなります。閉じても署名は続きます。",
            "Your signature is being made. This page renews itself; closing it does no harm.",
        ),
        "signed_heading": ("署名が済みました", "Signed"),
        "signed": (
            "{at}に署名されました。ほかの署名者を待っています。締結されるとメールでお知らせします。",
            "Signed at {at}. Others still have to sign; you will get a mail when the contract is concluded.",
        ),
        "declined": ("辞退しました。県の担当に伝わっています。", "You have declined; the prefecture has been told."),
        "forwarding": (
            "転送を申し出ました。県の担当が確かめています。",
            "You have asked to forward it; the prefecture is looking at it.",
        ),
        "over": ("この手続きは終わりました。", "This signing has ended."),
        "concluded_heading": ("契約が締結されました", "The contract is concluded"),
        "provisional": ("仮契約です。議会の議決により本契約になります。", "Provisional until the assembly's vote."),
        "concluded_prove": (
            "契約書と証拠の記録を受け取るには、もう一度ご本人であることを確かめます。",
            "To download the contract and its evidence, please show once more that it is you.",
        ),
        "last_signature": ("最後の署名", "Last signature"),
        "get_signed": ("締結した契約書(署名済みPDF)", "The signed contract (PDF)"),
        "get_evidence": ("証拠の記録(PDF)", "Evidence report (PDF)"),
        "keep": (
            "電子帳簿保存法などの定めに従って保存してください。",
            "Please keep them as the law on electronic records requires.",
        ),
        "leave": ("この端末での手続きを終える", "End on this device"),
        "left": (
            "この端末での手続きを終えました。続けるには、新しいリンクが必要です。",
            "Ended on this device. To go on you need a new link.",
        ),
        "same_again": ("同じ内容でもう一度送る", "Send the same again"),
        "confirm_needed": ("内容を確かめて、印を付けてください。", "Please confirm by ticking the box."),
        "error": ("エラー", "Error"),
        "none": ("―", "–"),
    }
)
REFUSALS_IN_ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "invalid": "Something was not filled in correctly.",
        "busy": "Nothing was done: please try again shortly.",
        "outcome-unknown": "It is not known yet whether it was done. Please send the same again.",
        "too-many-requests": "Too many attempts. Please wait a little.",
        "second-factor-required": "Please show first that it is you.",
        "passkey-refused": "The passkey could not be verified. Please try again or use a code.",
        "key-reused": "This was sent already. Please look at the present state and send it again if needed.",
    }
)


class Words:
    """One language's words: `t("open")`, `t("until", until=…)`, dates and amounts as its readers write them."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, name: str, **parts: object) -> str:
        text = WORDS[name][0 if self.language == "ja" else 1]
        return text.format(**parts) if parts else text

    def moment(self, at: datetime) -> str:
        """A moment in Japan's time."""
        if self.language == "ja":
            return formats.long_moment(at)
        return f"{self.day(civil_date(at))}, {at.astimezone(JST):%H:%M} (Japan time)"

    def day(self, day: date | None) -> str:
        """A day, or a dash."""
        if day is None:
            return self("none")
        return formats.long_day(day) if self.language == "ja" else f"{day.day} {day:%B %Y}"

    def yen(self, amount: int | None) -> str:
        """An amount, or a dash."""
        if amount is None:
            return self("none")
        return formats.yen(amount) if self.language == "ja" else f"{amount:,} yen"

    def refusal(self, problem: Problem) -> str:
        """Why something was refused."""
        if self.language == "ja":
            return problem.kind.title
        return REFUSALS_IN_ENGLISH.get(problem.code, problem.kind.detail)


def language_of(request: Request) -> Language:
    """Give the language of a page: as asked in the address, else as chosen before, else as the browser prefers."""
    for given in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if given in ("ja", "en"):
            return "ja" if given == "ja" else "en"
    for wanted in request.headers.get("accept-language", "").lower().split(","):
        if wanted.strip().startswith("ja"):
            return "ja"
        if wanted.strip().startswith("en"):
            return "en"
    return "ja"
