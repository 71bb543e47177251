"""電子契約の規程: per class of contract who signs how, by when, what is said to signers, how long it is kept; as data
by edition.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.policies.edition import Code, Label, RuleEdition, RuleModel
from domain.policies.stamp_duty import LegalType

Class = Literal["goods", "services", "works", "lease", "memorandum", "amendment"]
Mode = Literal["witness", "party"]  # 立会人型: the platform signs on instruction; 当事者型: the signer's certificate
DateRule = Literal["last_signature", "written"]  # 契約日: the day of the last signature, or one written beforehand
CLASSES: tuple[Class, ...] = ("goods", "services", "works", "lease", "memorandum", "amendment")
Days = Annotated[int, Field(ge=1, le=400)]
Minutes = Annotated[int, Field(ge=1, le=1440)]
Few = Annotated[int, Field(ge=1, le=20)]
Sentence = Annotated[str, Field(min_length=1, max_length=300)]
Domain = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]


class Spoken(RuleModel):
    """A sentence in Japanese and in English."""

    ja: Sentence
    en: Sentence


class Choice(RuleModel):
    """立会人型・当事者型: what one side may use, the first where nothing is said."""

    modes: Annotated[tuple[Mode, ...], Field(min_length=1, max_length=2)]

    @property
    def default(self) -> Mode:
        return self.modes[0]


class ClassRules(RuleModel):
    """One class of contract. `kinds` are the kinds of decisions that may become one; the first of `date_rules` goes
    where nothing is said. `counterparty` and `prefecture` say how each side signs.
    """

    label: Label
    kinds: Annotated[tuple[Code, ...], Field(min_length=1)]
    counterparty: Choice
    prefecture: Choice
    date_rules: Annotated[tuple[DateRule, ...], Field(min_length=1, max_length=2)]
    construction_consent: bool = False  # 建設業法19条3項
    amends: bool = False  # has to say which contract it changes
    legal_type: LegalType  # 印紙税の課否, unless the contract says otherwise
    retention_years: Annotated[int, Field(ge=1, le=30)]


class Invitations(RuleModel):
    """署名の依頼: how long, and when it is reminded: at so much of the time in percent, and so long before the end."""

    expires_days: Days
    expires_days_max: Days
    remind_percent: Annotated[int, Field(ge=1, le=99)]
    remind_days_before: Annotated[int, Field(ge=1, le=30)]
    reissues_per_day: Few


class Codes(RuleModel):
    """認証コード: validity, tries, lock, and how often one may be asked for; after `wrong_max` wrong ones in all the
    officer has to send another link. A proof counts for `proof_minutes`.
    """

    valid_minutes: Minutes
    letter_valid_days: Annotated[int, Field(ge=1, le=30)]
    tries_max: Few
    lock_minutes: Minutes
    wrong_max: Annotated[int, Field(ge=1, le=100)]
    per_hour_max: Few
    proof_minutes: Minutes


class Archiving(RuleModel):
    """長期保管: first so long after the last signature, renewed so long before a time stamp ends; so long
    before the retention ends it is reviewed. `algorithm_sunsets`: the day from which a digest algorithm is no longer
    trusted.
    """

    after_hours: Annotated[int, Field(ge=1, le=720)]
    renewal_margin_days: Annotated[int, Field(ge=1, le=730)]
    review_before_days: Annotated[int, Field(ge=1, le=730)]
    algorithm_sunsets: dict[Code, date]


class Mail(RuleModel):
    """メールのドメイン: the prefecture's own, where no counterparty signs; public ones, which prove no company."""

    own: tuple[Domain, ...]
    public: tuple[Domain, ...]


class ContractRules(RuleEdition):
    """One edition of the rules for electronic contracts (reference/domain.md §2B.4, contracts.md §4)."""

    classes: dict[Class, ClassRules]
    excluded_kinds: tuple[Code, ...]
    terms: Label  # edition of the terms that signers agree to
    statement: Spoken
    invitations: Invitations
    codes: Codes
    lease_minutes: Minutes
    written_date_lag_days: Days
    consent_valid_days: Days | None = None
    archiving: Archiving
    mail: Mail

    def of(self, class_: Class) -> ClassRules:
        """The rules of a class."""
        return self.classes[class_]

    @property
    def statements(self) -> frozenset[str]:
        """What a signer may have agreed to, in either language."""
        return frozenset({self.statement.ja, self.statement.en})

    @model_validator(mode="after")
    def _sound(self) -> Self:
        missing = [each for each in CLASSES if each not in self.classes]
        if missing:
            raise ValueError(f"契約の種類「{missing[0]}」がありません")
        for name, rules in self.classes.items():
            both = [each for each in rules.kinds if each in self.excluded_kinds]
            if both:
                raise ValueError(f"種類「{both[0]}」は電子契約の対象外です(classes.{name}.kinds)")
        if self.invitations.expires_days > self.invitations.expires_days_max:
            raise ValueError("expires_days が expires_days_max を超えています")
        return self
