"""A code in words: as a short message, as a voice reads it out, and on paper under a fold."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.clock import JST
from signing.typesetting.press import set_document


@dataclass(frozen=True, kw_only=True)
class CodeLetter:
    """Everything that may be said beside a code: enough to know where it belongs, nothing of the contract's content."""

    prefecture: str
    number: str
    code: str = field(repr=False)
    valid_until: datetime
    company: str
    person: str
    title: str

    @property
    def until(self) -> str:
        """Until when it counts, in Japan's time."""
        return f"{self.valid_until.astimezone(JST):%Y-%m-%d %H:%M}"

    @property
    def address(self) -> str:
        """Whom the mail room sends it to; the postal address is the one the prefecture keeps for the company."""
        return " ".join(each for each in (self.company, self.title, self.person) if each)


def written(about: CodeLetter) -> str:
    """Give the short message. The code comes first: telephones take the first number for it."""
    return (
        f"認証コード {about.code}【{about.prefecture} 電子契約】{about.until}まで有効。契約 {about.number}。"
        "県の職員がコードをお尋ねすることはありません。 "
        f"Code: {about.code} (contract {about.number}). Never tell it to anybody."
    )


def spoken(about: CodeLetter) -> str:
    """Give what the automated call says: each digit by itself, twice."""
    digits = "、".join(about.code)
    return (
        f"{about.prefecture}の電子契約です。認証コードをお伝えします。{digits}。もう一度お伝えします。{digits}。"
        "このコードは、だれにも教えないでください。"
    )


def letter(about: CodeLetter, at: datetime) -> bytes:
    """Give the letter as a PDF of one page. Raises `NotSet`, `PressBusy`."""
    return set_document(
        "code_letter",
        {
            "prefecture": about.prefecture, "number": about.number, "code": " ".join(about.code), "until": about.until,
            "company": about.company, "person": about.person, "title": about.title,
            "day": f"{at.astimezone(JST):%Y-%m-%d}",
        },
        at=at,
    )  # fmt: skip
