"""The shape of registers and their entries: definitions to draw a form from, an entry's document, a list's row."""

from datetime import date, datetime

from pydantic import Field

from api.shapes.problem import Shape
from domain.policies.entry import FieldType


class RegisterOption(Shape):
    """選択肢"""

    value: str
    label: str


class RegisterFieldDocument(Shape):
    """項目。`later` なら記入のときではなく、処理のときに聞く"""

    name: str
    label: str
    type: FieldType
    required: bool
    later: bool
    max: int | None = Field(description="文字の項目の字数の上限")
    options: list[RegisterOption]
    of: str | None = Field(description="番号の項目がつながる先")
    help: str


class RegisterStateDocument(Shape):
    """状態"""

    state: str
    label: str
    waits_for: str | None
    task: str | None
    ends: bool


class RegisterBeginning(Shape):
    """始まり。`permission` が null なら、許可を待たずに始まる"""

    state: str
    label: str
    when: dict[str, list[str]]
    permission: str | None
    tells: list[str]


class RegisterVerb(Shape):
    """処理。`POST /v1/register-entries/{number}/{verb}`"""

    verb: str
    label: str
    from_: list[str] = Field(alias="from")
    to: str | None
    by: list[str]
    requires: list[str]
    asks: list[str]
    tells: list[str]
    opens: str | None
    says: str


class RegisterDocument(Shape):
    """管理簿の定義: 入力欄を描くのに要るものすべて"""

    register_code: str = Field(alias="register")
    label: str
    about: str
    notice: str
    headline: str
    confidential: bool
    urgent: bool
    fields_: list[RegisterFieldDocument] = Field(alias="fields")
    states: list[RegisterStateDocument]
    begins: list[RegisterBeginning]
    verbs: list[RegisterVerb]


class RegisterPage(Shape):
    """管理簿の一覧"""

    edition: str
    items: list[RegisterDocument]
    next_cursor: str | None


class EntryValue(Shape):
    """項目の値。`shown` は人が読む形"""

    name: str
    label: str
    value: str | bool
    shown: str


class Entrant(Shape):
    """記入者"""

    person: str
    name: str
    post: str
    title: str
    unit: str
    unit_name: str


class ToldPerson(Shape):
    """知らせた相手"""

    who: str
    post: str
    title: str
    person: str
    name: str


class TimelineLine(Shape):
    """経過の一行"""

    at: datetime
    by_name: str
    by_title: str | None
    label: str
    values: list[EntryValue]


class EntryDocument(Shape):
    """管理簿の一件"""

    number: str
    register_code: str = Field(alias="register")
    register_label: str
    edition: str
    title: str
    state: str
    state_label: str
    version: int
    closed: bool
    confidential: bool
    urgent: bool
    entrant: Entrant
    entered_at: datetime
    fiscal_year: int
    values: list[EntryValue]
    waiting_on: list[str]
    task: str | None
    due_at: datetime | None
    overdue: bool
    opens: str | None = Field(description="続けて記入する管理簿")
    told: list[ToldPerson]
    timeline: list[TimelineLine]


class EntrySummary(Shape):
    """一覧の一件"""

    number: str
    register_code: str = Field(alias="register")
    register_label: str
    title: str
    state: str
    state_label: str
    version: int
    closed: bool
    overdue: bool
    urgent: bool
    unit: str
    unit_name: str
    entrant: Entrant
    entered_on: date
    fiscal_year: int
    waiting_on: list[str]
    task: str
    due_at: datetime | None
    links: list[str]
    values: dict[str, str]


class EntryPage(Shape):
    """一覧の一頁。`next_cursor` が null なら終わり"""

    items: list[EntrySummary]
    next_cursor: str | None
