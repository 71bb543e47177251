"""Organisations for the tests of rules: the demo prefecture, what may be changed about it, and its rule editions."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from domain.directory import Directory, Rank, fold
from domain.directory.facts import (
    AbsenceRecorded,
    ActingNamed,
    Appointed,
    Change,
    DutyGranted,
    PostEstablished,
    PrefectureNamed,
    ProxyOrderAdopted,
    UnitEstablished,
)
from domain.directory.organisation import ProxyRule, Target
from domain.policies.approval_rules import ApprovalRules
from domain.policies.authority import AuthorityTable
from domain.rulebook import Edition, parsed
from kessai.rule_files import editions_from_yaml

DEMO = Path(__file__).parents[2] / "kessai" / "demo"
SINCE = date(2026, 4, 1)
AT = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)  # a Monday morning; vice-governor-1 is abroad from the 16th on


@cache
def demo_text() -> Mapping[str, Any]:
    """The demo organisation as its file has it."""
    return cast(Mapping[str, Any], yaml.safe_load((DEMO / "organisation.yaml").read_text(encoding="utf-8")))


@cache
def demo_rules() -> tuple[AuthorityTable, ApprovalRules]:
    """The demo's authority table and approval rules, as the program itself reads them."""
    table, *_ = _editions("authority.yaml")
    approval = next(rules for rules in _editions("rules.yaml") if isinstance(rules, ApprovalRules))
    assert isinstance(table, AuthorityTable)
    return table, approval


def _editions(file: str) -> list[object]:
    text = (DEMO / file).read_text(encoding="utf-8")
    events = editions_from_yaml(text, edition="2026-04", valid_from=SINCE)
    return [
        parsed(Edition(subject=e.subject, edition=e.edition, valid_from=e.valid_from, sha256=e.sha256, body=e.body))
        for e in events
    ]


@cache
def demo_directory(*changes: str) -> Directory:
    """The demo prefecture, changed: `road-chief=` vacates a post, `road-chief=0999` appoints a person.

    `road-chief~road-lead` vacates it and names the post that acts for it; `!0702` records that person as absent.
    """
    posts = {post["code"]: dict(post) for post in demo_text()["posts"]}
    away: list[str] = []
    for change in changes:
        if change.startswith("!"):
            away.append(change[1:])
        elif "~" in change:
            code, acting = change.split("~")
            posts[code] = {key: value for key, value in posts[code].items() if key != "person"} | {"acting": acting}
        else:
            code, person = change.split("=")
            kept = {key: value for key, value in posts[code].items() if key not in ("person", "acting")}
            posts[code] = kept | ({"person": person} if person else {})
    facts = organisation(demo_text()["units"], list(posts.values()), demo_text()["proxy_order"])
    return fold(Directory(), [*facts, *(absence(person) for person in away)])


def organisation(
    units: Iterable[Mapping[str, Any]], posts: Iterable[Mapping[str, Any]], proxy_order: Iterable[Mapping[str, Any]]
) -> list[Change]:
    """The facts that establish an organisation described as in the demo file."""
    facts: list[Change] = [PrefectureNamed(code="pref", name="県", valid_from=SINCE)]
    facts += [
        UnitEstablished(
            unit=unit["code"],
            name=unit["name"],
            kind=unit["kind"],
            parent=unit.get("parent"),
            document_symbol=unit.get("document_symbol"),
            valid_from=SINCE,
        )
        for unit in units
    ]
    for post in posts:
        facts += _post(post)
    facts.append(ProxyOrderAdopted(valid_from=SINCE, rules=tuple(_proxy_rule(rule) for rule in proxy_order)))
    return facts


def absence(person: str) -> AbsenceRecorded:
    """That person's absence for the whole day of `AT`."""
    return AbsenceRecorded(
        absence=f"absence-{person}",
        person=person,
        begins_at=datetime(2026, 11, 8, 15, 0, tzinfo=UTC),
        ends_at=datetime(2026, 11, 9, 15, 0, tzinfo=UTC),
        reason="出張",
        entered_by="0122",
    )


def _post(post: Mapping[str, Any]) -> list[Change]:
    code, rank = post["code"], cast(Rank, post["rank"])
    facts: list[Change] = [
        PostEstablished(
            post=code,
            title=post["title"],
            unit=post["unit"],
            rank=rank,
            oversees=tuple(post.get("oversees", ())),
            valid_from=SINCE,
        )
    ]
    facts += [DutyGranted(post=code, duty=duty, valid_from=SINCE) for duty in post.get("duties", ())]
    if "person" in post:
        name = f"職員{post['person']}"
        facts.append(Appointed(post=code, person=post["person"], name=name, kind="regular", valid_from=SINCE))
    if "acting" in post:
        facts.append(ActingNamed(post=code, acting_post=post["acting"], valid_from=SINCE))
    return facts


def _proxy_rule(rule: Mapping[str, Any]) -> ProxyRule:
    return ProxyRule(_target(rule["for"]), tuple(_target(each) for each in rule["proxies"]))


def _target(named: Mapping[str, str]) -> Target:
    ((by, code),) = named.items()
    return Target(cast(Any, by), code)
