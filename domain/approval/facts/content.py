"""起案の内容: the values inside the facts, as the person wrote or saw them. Yen, tax included."""

from datetime import date

import msgspec

from domain.events import Part


class Counterparty(Part, frozen=True):
    """相手方. `corporate_number` is the 13-digit 法人番号 where there is one."""

    name: str
    corporate_number: str | None = None


class Period(Part, frozen=True):
    """契約期間・履行期間, both days included."""

    from_: date = msgspec.field(name="from")
    to: date


class Attachment(Part, frozen=True):
    """添付: content by hash, name as shown; the order in the draft is the order of reading."""

    sha256: str
    name: str


class Draft(Part, frozen=True):
    """起案: the frozen content a decision is asked for. Yen, tax included."""

    kind: str
    title: str
    body: str
    amount_yen: int | None
    flags: tuple[str, ...] = ()
    information_system: bool = False
    multi_year: bool = False
    counterparty: Counterparty | None = None
    period: Period | None = None
    contract_document: str | None = None
    attachments: tuple[Attachment, ...] = ()
    amends: str | None = None
    urgent: bool = False
    needed_by: date | None = None


class Party(Part, frozen=True):
    """A person in a post of a unit, with name and title as displayed that day."""

    person: str
    name: str
    post: str
    title: str
    unit: str
    unit_name: str


class FieldChange(Part, frozen=True):
    """One changed field of the draft, before and after as an auditor would read them."""

    field: str
    before: str
    after: str
    material: bool
