"""An evidence report and a decision's record for tests."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from signing.typesetting.decision_record import DecisionRecord, DecisionStep
from signing.typesetting.evidence_report import (
    CertificateShown,
    Checkpoint,
    DecisionShown,
    EvidenceReport,
    ProvenFactor,
    Shown,
    SignatureEvidence,
    StampDutySaved,
)

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def digest(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()


def certificate(of: str) -> CertificateShown:
    return CertificateShown(
        subject=f"CN={of},O=青空県電子契約基盤,C=JP", issuer="CN=Signing CA,C=JP", sha256=digest(of)
    )


def certification() -> SignatureEvidence:
    return SignatureEvidence(
        side="platform", label="―", field="Certification", mode="certification", organisation="青空県電子契約基盤",
        title="", person=None, certificate=certificate("platform"), time_stamp_by="CN=TSA 1", signed_at=AT,
        level="B-LTA", verdict="valid",
    )  # fmt: skip


def signature(number: int, **changes: Any) -> SignatureEvidence:
    """The signature of a counterparty, number 1 to 5."""
    plain: dict[str, Any] = {
        "side": "counterparty", "label": "乙丙丁戊己"[number - 1], "field": f"Party{number}", "mode": "witness",
        "organisation": f"第{number}建設株式会社", "title": "代表取締役", "person": f"契約者{number:04}",
        "certificate": certificate(f"Party{number}"), "time_stamp_by": "CN=TSA 1", "signed_at": AT + number * MINUTE,
        "level": "B-LTA", "verdict": "valid", "instructed_at": AT + number * MINUTE - MINUTE / 2,
        "instruction_sha256": digest(f"instruction {number}"),
        "factors": (ProvenFactor(kind="link", at=AT), ProvenFactor(kind="sms", at=AT + MINUTE / 3)),
        "shown": Shown(document=digest("revision 3"), pages=tuple(digest(f"page {page}") for page in range(6))),
    }  # fmt: skip
    return SignatureEvidence(**{**plain, **changes})


def official() -> SignatureEvidence:
    return signature(
        1, side="prefecture", label="甲", field="Prefecture", mode="party", organisation="青空県", title="青空県知事",
        person=None, certificate=certificate("青空県知事"), signed_at=AT + 30 * MINUTE,
        factors=(ProvenFactor(kind="login", at=AT), ProvenFactor(kind="certificate", at=AT + 29 * MINUTE)),
    )  # fmt: skip


def evidence_report(counterparties: int = 1, **changes: Any) -> EvidenceReport:
    """A concluded contract with so many counterparties."""
    parties = tuple(signature(number) for number in range(1, counterparties + 1))
    plain: dict[str, Any] = {
        "number": "R8-000123", "title": "主要地方道青空海岸線橋梁補修工事", "contract_class": "works",
        "parties": ("青空県", *(each.organisation for each in parties)), "amount_yen": 550_000_000,
        "decision": DecisionShown(
            approval="R8-000101", document_number="道路第45号", decided_by="建設部長",
            decided_at=AT - timedelta(days=2), document=digest("revision 1"),
        ),
        "signed_sha256": digest("signed"), "signatures": (certification(), *parties, official()),
        "contract_date": date(2026, 11, 21), "last_signature_at": AT + 30 * MINUTE, "effective_from": None,
        "verdict": "valid", "verified_at": AT + 31 * MINUTE, "archive_level": "B-LTA",
        "checkpoint": Checkpoint(position=4711, hash=digest("leaf")),
        "stamp_duty": StampDutySaved(saved_yen=160_000, edition="2026-04", basis="第2号文書 建設工事 軽減税率"),
    }  # fmt: skip
    return EvidenceReport(**{**plain, **changes})


def decision_record(**changes: Any) -> DecisionRecord:
    """A decision of four acts."""
    acts = (
        ("draft", "road-officer", "道路課主事", "drafted"),
        ("review", "road-director", "道路課長", "approved"),
        ("concur", "budget-director", "財政課長", "agree"),
        ("decide", "construction-director", "建設部長", "decided"),
    )
    steps = tuple(
        DecisionStep(
            action=action, post=post, title=title, outcome=outcome, at=AT + place * MINUTE, position=100 + place
        )
        for place, (action, post, title, outcome) in enumerate(acts)
    )
    plain: dict[str, Any] = {
        "approval": "R8-000101", "document_number": "道路第45号", "kind": "works",
        "title": "橋梁補修工事の契約締結について", "document": digest("revision 1"),
        "amount_yen": 550_000_000, "counterparty": "第1建設株式会社",
        "period_from": date(2026, 12, 10), "period_to": date(2027, 9, 30), "steps": steps, "decided_by": "建設部長",
        "decided_at": AT + 3 * MINUTE, "rule_edition": "2026-04", "rule": "工事の請負契約 10億円未満",
        "stream": "approval-R8-000101", "version": 9, "position": 103, "leaf": digest("decided"),
    }  # fmt: skip
    return DecisionRecord(**{**plain, **changes})
