"""Facts of contracts as they lie in a ledger, for read models that do not ask how they came there."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.contract import RECORD, facts
from domain.contract.facts import Basis, Counterparty, Custody, Person, SignedStep, Signer, StampDuty
from domain.events import Event
from tests.ledger.projection_world import World

NOON = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)
ROAD = Custody(
    person="0525", name="職員0525", post="road-officer", title="道路課主事", unit="road", unit_name="道路課"
)  # fmt: skip
HOUSING = Custody(
    person="0541", name="職員0541", post="housing-officer", title="住宅課主事", unit="housing", unit_name="住宅課"
)  # fmt: skip
SIGNS = "property-director"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def prepared(number: str, **changes: Any) -> facts.Prepared:
    """A contract of the road division: ¥12,000,000 of services with A社, the works of which would be taxed 20,000."""
    amount = changes.pop("amount_yen", 12_000_000)
    names = changes.pop("names", ("受注者A社",))
    corporate = changes.pop("corporate_number", "1234567890123")
    title = changes.get("title", "道路台帳システム保守業務")
    basis = Basis(
        approval=changes.pop("approval", number), version=9, kind="outsourcing", title=title, amount_yen=amount,
        counterparty=names[0], period_from=date(2026, 12, 1), period_to=date(2027, 3, 31), document=sha(number),
        decided_at=NOON, decided_by="道路課長", document_number="道路第1号", drafter=changes.pop("drafter", "0525"),
    )  # fmt: skip
    person = Person(name="署名者01", email="signer01@example.co.jp")
    signers = [
        Signer(number=n, counterparty=n, group=n, field=f"Party{n}", mode="witness", person=person)
        for n in range(1, len(names) + 1)
    ]
    own = Signer(
        number=0, counterparty=None, group=len(names) + 1, field="Prefecture", mode="witness", post=SIGNS,
        title="管財課長",
    )  # fmt: skip
    said: dict[str, Any] = {
        "number": number,
        "class_": "services",
        "title": title,
        "basis": basis,
        "counterparties": tuple(
            Counterparty(number=n, name=name, corporate_number=corporate if n == 1 else None)
            for n, name in enumerate(names, 1)
        ),
        "signers": (*signers, own),
        "copied": (),
        "order": "sequential",
        "date_rule": "last_signature",
        "written_date": None,
        "effective_from": None,
        "retroactive_reason": None,
        "expires_in_days": 7,
        "edition": "2026-04",
        "terms": "2026-04",
        "retention_years": 10,
        "stamp_duty": StampDuty(saved_yen=20_000, edition="2026-04", basis="印紙税法別表第一第2号文書(本則)"),
        "custody": ROAD,
        "fiscal_year": 2026,
        **changes,
    }
    return facts.Prepared(**said)


def consented(counterparty: int = 1) -> facts.ConsentRecorded:
    return facts.ConsentRecorded(
        counterparty=counterparty, received_on=date(2026, 11, 9), valid_until=None, construction=False, form=None,
        note="",
    )  # fmt: skip


def released(round_: int = 1) -> facts.Released:
    return facts.Released(expires_at=NOON + timedelta(days=7), round=round_)


def signature(number: str, step: str, at: datetime = NOON) -> SignedStep:
    return SignedStep(
        document=sha(f"{number}/{step}"), base=sha(number), level="B-T", signed_at=at, certificate=sha("c"),
        tsa_certificate=sha("t"),
    )  # fmt: skip


def certified(number: str) -> facts.Certified:
    signed = signature(number, "certify")
    return facts.Certified(
        document=signed.document, base=signed.base, decision_record=sha("d"), pages=(sha("p1"),), signature=signed
    )  # fmt: skip


def signed(number: str, signer: int, at: datetime = NOON) -> facts.Signed:
    return facts.Signed(signer=signer, instruction_sha256=sha("i"), signature=signature(number, f"sign/{signer}", at))


def concluded(number: str, *, on: date = date(2026, 11, 9), **changes: Any) -> facts.Concluded:
    said: dict[str, Any] = {
        "document": sha(f"{number}/sign/0"),
        "report": sha("r"),
        "contract_date": on,
        "last_signature_at": datetime(on.year, on.month, on.day, 3, 0, tzinfo=UTC),
        "effective_from": on,
        "retained_until": date(2037, 3, 31),
        "archive_at": datetime(on.year, on.month, on.day, 3, 0, tzinfo=UTC) + timedelta(days=1),
        "provisional": False,
        "dates_differ": False,
        **changes,
    }
    return facts.Concluded(**said)


def archived(number: str, generation: int = 1, *, algorithm: str = "sha256", **changes: Any) -> facts.Archived:
    said: dict[str, Any] = {
        "generation": generation,
        "level": "B-LTA",
        "algorithm": algorithm,
        "document": sha(f"{number}/archive/{generation}"),
        "base": sha("b"),
        "stamped_at": NOON + timedelta(days=generation),
        "tsa_certificate": sha("t"),
        "tsa_expires_at": datetime(2036, 11, 9, tzinfo=UTC),
        "renew_at": datetime(2036, 11, 9, tzinfo=UTC),
        **changes,
    }
    return facts.Archived(**said)


def tell(world: World, number: str, *events: Event) -> None:
    """Append facts to a contract's stream."""
    _, version = world.reader.fold(RECORD, number)
    world.append(f"contract-{number}", events, version=version)


def whole(number: str, *, on: date = date(2026, 11, 9), **changes: Any) -> tuple[Event, ...]:
    """Everything from the preparation to the conclusion."""
    effective = changes.pop("effective_from", on)
    differ = changes.pop("dates_differ", False)
    signed_at = changes.pop("signed_at", datetime(on.year, on.month, on.day, 3, 0, tzinfo=UTC))
    retained = changes.pop("retained_until", date(2037, 3, 31))
    made = prepared(number, **changes)
    own = concluded(
        number, on=on, effective_from=effective, dates_differ=differ, last_signature_at=signed_at,
        retained_until=retained, provisional=made.provisional,
    )  # fmt: skip
    signers = [each.number for each in made.signers]
    return (
        made,
        *(consented(each.number) for each in made.counterparties),
        released(),
        certified(number),
        *(signed(number, each, signed_at) for each in signers),
        own,
    )
