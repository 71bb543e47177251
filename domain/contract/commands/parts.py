"""指示の部品: the values inside the bodies of the contract's verbs, checked for shape."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.contract.facts import Mode
from domain.text import Line, Said, Text

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
CaseNumber = Annotated[str, Field(pattern=r"^[RH][0-9]{1,3}-[0-9]{6,9}$")]
Name = Annotated[Line, Field(min_length=1, max_length=200)]
Email = Annotated[
    str, Field(min_length=3, max_length=254, pattern=r"^[^@\s\x00-\x1f<>\",;:\\()\[\]]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$")
]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9-]{5,19}$")]
Reason = Annotated[Said, Field(min_length=1, max_length=2000)]
Note = Annotated[Text, Field(max_length=2000)]
PostCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
SignerNumber = Annotated[int, Field(ge=0, le=50)]
Base64 = Annotated[str, Field(min_length=4, max_length=32_768, pattern=r"^[A-Za-z0-9+/]+={0,2}$")]
Nth = Annotated[int, Field(ge=1, le=1_000_000)]
Address = Annotated[Line, Field(max_length=100)]
Seal = Annotated[str, Field(max_length=200, pattern=r"^([A-Za-z0-9._-]+:[A-Za-z0-9+/_-]+={0,2})?$")]  # key id:signature
UserAgent = Annotated[Line, Field(max_length=300)]


class Part(BaseModel):
    """A nested value of a command."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class MandateIn(Part):
    """委任状"""

    document: Sha256
    valid_until: date | None = None


class PersonIn(Part):
    """署名者の氏名と連絡先"""

    name: Name
    email: Email
    phone: Phone | None = None
    title: Annotated[Line, Field(max_length=100)] | None = None
    mandate: MandateIn | None = None


class MemberIn(PersonIn):
    """相手方の人。`role` が signer なら署名し、copy なら写しを受け取る。`group` は order が groups のときの順番"""

    role: Literal["signer", "copy"] = "signer"
    group: Annotated[int, Field(ge=1, le=20)] | None = None
    mode: Mode | None = None


class ContractPeriod(Part):
    """契約期間・履行期間, both days included"""

    from_: date = Field(alias="from")
    to: date


class ContractCounterparty(Part):
    """相手方。共同企業体は構成員ごとに一つ"""

    name: Name
    corporate_number: Annotated[str, Field(pattern=r"^[0-9]{13}$")] | None = None
    members: Annotated[tuple[MemberIn, ...], Field(min_length=1, max_length=10)]


class SignedIn(Part):
    """What a signature came to, as the platform found it in the file."""

    document: Sha256
    base: Sha256
    level: str
    signed_at: AwareDatetime
    certificate: Sha256
    tsa_certificate: Sha256
