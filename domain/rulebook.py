"""The rulebook: which edition of which rules was adopted, and which one is in force on a day."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import cast

from pydantic import JsonValue, ValidationError

from domain.events import Event, Meta
from domain.policies.approval_rules import ApprovalRules
from domain.policies.authority import AuthorityTable
from domain.policies.campaign import CampaignRules
from domain.policies.contract_rules import ContractRules
from domain.policies.edition import PlainRules, RuleEdition
from domain.policies.entry import RegisterRules
from domain.policies.quiet_hours import QuietHours
from domain.policies.stamp_duty import StampDutyTable
from domain.policies.telework_rules import TeleworkRules
from domain.refusals import Refused

SUBJECTS: Mapping[str, type[RuleEdition]] = MappingProxyType(
    {
        "authority": AuthorityTable,
        "approval": ApprovalRules,
        "telework": TeleworkRules,
        "channels": PlainRules,
        "quiet_hours": QuietHours,
        "registers": RegisterRules,
        "campaigns": CampaignRules,
        "contract": ContractRules,
        "stamp_duty": StampDutyTable,
    }
)


class RulesAdopted(Event, frozen=True, kw_only=True, tag="rules.adopted.v1"):
    """規程の施行: one edition of a subject's rules, whole (`body`: canonical JSON), in force from `valid_from` on."""

    subject: str
    edition: str
    valid_from: date
    body: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An adopted edition; equal by name and content hash, so that its parsed form can be remembered."""

    subject: str
    edition: str
    valid_from: date
    sha256: str
    body: str = field(compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """Every adopted edition, in order of `valid_from` within a subject; `version` counts the events."""

    version: int = 0
    editions: tuple[Edition, ...] = ()

    def subject(self, subject: str) -> tuple[Edition, ...]:
        """The editions of a subject, oldest first."""
        return tuple(edition for edition in self.editions if edition.subject == subject)

    def in_force(self, subject: str, on: date) -> Edition:
        """The edition in force on a day. Refuses (`no-rules-in-force`) a day before the first edition."""
        found = [edition for edition in self.editions if edition.subject == subject and edition.valid_from <= on]
        if not found:
            raise Refused("no-rules-in-force", detail=f"no edition of {subject} is in force on {on.isoformat()}")
        return found[-1]

    def named(self, subject: str, edition: str) -> Edition:
        """The edition an event names. Raises KeyError if it was never adopted."""
        for known in self.editions:
            if (known.subject, known.edition) == (subject, edition):
                return known
        raise KeyError(f"{subject} {edition}")

    def authority(self, on: date) -> AuthorityTable:
        """専決: the authority table in force on a day. Refusals as `in_force`."""
        return cast(AuthorityTable, parsed(self.in_force("authority", on)))

    def approval(self, on: date) -> ApprovalRules:
        """The rules for approvals in force on a day. Refusals as `in_force`."""
        return cast(ApprovalRules, parsed(self.in_force("approval", on)))

    def telework(self, on: date) -> TeleworkRules:
        """The rules for telework in force on a day. Refusals as `in_force`."""
        return cast(TeleworkRules, parsed(self.in_force("telework", on)))

    def quiet_hours(self, on: date) -> QuietHours:
        """The quiet hours in force on a day. Refusals as `in_force`."""
        return cast(QuietHours, parsed(self.in_force("quiet_hours", on)))

    def plain(self, subject: str, on: date) -> RuleEdition:
        """The rules of any subject in force on a day. Refusals as `in_force`."""
        return parsed(self.in_force(subject, on))


@lru_cache(maxsize=256)
def parsed(edition: Edition) -> RuleEdition:
    """The typed rules of an edition, parsed once a process. A text that no longer fits is a failure (ValueError)."""
    if sha256_of(edition.body) != edition.sha256:
        raise ValueError(f"{edition.subject} {edition.edition}: the text does not have the hash it was adopted with")
    return SUBJECTS[edition.subject].model_validate_json(edition.body)


def evolve(rulebook: Rulebook, event: Event, meta: Meta) -> Rulebook:
    """Add an adopted edition; other events only count."""
    match event:
        case RulesAdopted():
            added = Edition(
                subject=event.subject,
                edition=event.edition,
                valid_from=event.valid_from,
                sha256=event.sha256,
                body=event.body,
            )
            editions = sorted((*rulebook.editions, added), key=lambda e: (e.subject, e.valid_from))
            return replace(rulebook, version=rulebook.version + 1, editions=tuple(editions))
    return replace(rulebook, version=rulebook.version + 1)


def adopt(rulebook: Rulebook, offered: Iterable[RulesAdopted]) -> list[Event]:
    """What is adopted of the offered editions: those not yet known, in order.

    The same edition with the same content is passed over. Refused: `edition-changed` (same edition, other content),
    `edition-overlap` (not later than an edition already adopted: what was in force on a day never changes),
    `rules-invalid` (unknown subject, text that does not fit or does not have its hash).
    """
    hashes = {(e.subject, e.edition): e.sha256 for e in rulebook.editions}
    latest = {e.subject: e.valid_from for e in rulebook.editions}
    added: list[Event] = []
    for event in sorted(offered, key=lambda e: (e.subject, e.valid_from)):
        name = (event.subject, event.edition)
        if name not in hashes:
            _check(event, latest=latest.get(event.subject))
            hashes[name], latest[event.subject] = event.sha256, event.valid_from
            added.append(event)
        elif hashes[name] != event.sha256:
            raise Refused("edition-changed", event.subject, f"{' '.join(name)} was adopted with another text")
    return added


def adopted(subject: str, body: Mapping[str, JsonValue]) -> RulesAdopted:
    """The event that adopts a rule text. `body` is the whole text with `edition` and `valid_from` (ISO).

    Raises pydantic's ValidationError if it does not fit the subject's model, KeyError for an unknown subject.
    """
    text = canonical(body)
    rules = SUBJECTS[subject].model_validate_json(text)
    return RulesAdopted(
        subject=subject, edition=rules.edition, valid_from=rules.valid_from, body=text, sha256=sha256_of(text)
    )


def canonical(body: Mapping[str, JsonValue]) -> str:
    """JSON with sorted keys and without spaces: the same rules have the same bytes however the file was laid out."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_of(text: str) -> str:
    """SHA-256 of the UTF-8 text, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _check(event: RulesAdopted, *, latest: date | None) -> None:
    if event.subject not in SUBJECTS or sha256_of(event.body) != event.sha256:
        raise Refused("rules-invalid", event.subject, "unknown subject, or the text does not have its hash")
    try:
        rules = SUBJECTS[event.subject].model_validate_json(event.body)
    except ValidationError as error:
        raise Refused("rules-invalid", event.subject, str(error)) from error
    if (rules.edition, rules.valid_from) != (event.edition, event.valid_from):
        raise Refused("rules-invalid", event.subject, "the text names another edition or day")
    if latest is not None and event.valid_from <= latest:
        raise Refused("edition-overlap", event.subject, f"an edition from {latest.isoformat()} is already adopted")
