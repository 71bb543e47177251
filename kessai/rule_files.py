"""Rule files: reads a YAML file of rules into the editions it offers, or says on which line what is wrong."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from importlib import resources
from typing import cast

from pydantic import JsonValue, ValidationError
from pydantic_core import ErrorDetails

from domain.policies.approval_rules import ApprovalRules
from domain.policies.authority import AuthorityTable
from domain.policies.edition import RuleEdition
from domain.rulebook import SUBJECTS, RulesAdopted, adopted
from kessai.rule_text import Fault, FaultyText, Path, RuleText, dotted, read_rule_text

EDITION_KEYS = ("edition", "valid_from")

_MESSAGES = {
    "missing": "この項目がありません",
    "extra_forbidden": "この項目はありません(つづりを確かめてください)",
    "int_type": "整数にしてください",
    "string_type": "文字列にしてください",
    "date_parsing": "日付(YYYY-MM-DD)にしてください",
    "date_from_datetime_parsing": "日付(YYYY-MM-DD)にしてください",
    "date_type": "日付(YYYY-MM-DD)にしてください",
    "tuple_type": "並び([…])にしてください",
    "dict_type": "「項目: 値」の形にしてください",
    "model_type": "「項目: 値」の形にしてください",
    "string_too_short": "空にできません",
    "string_too_long": "長すぎます",
    "too_short": "空にできません",
    "string_pattern_mismatch": "使えない文字か形です",
}
_BOUNDS = {"greater_than": "より大きく", "greater_than_equal": "以上に", "less_than_equal": "以下に"}


def editions_from_yaml(
    text: str,
    *,
    edition: str | None = None,
    valid_from: date | None = None,
    posts: Collection[str] | None = None,
    duties: Collection[str] | None = None,
) -> list[RulesAdopted]:
    """The editions a file offers: an authority table (it has `kinds`), or a file with one subject a key.

    `edition` and `valid_from` are taken from the file; the arguments stand in where the file does not say.
    `posts` and `duties`, where given, are the codes that exist; others are faults.
    Refused (FaultyText, every fault with line and field in Japanese): what `read_rule_text` refuses, unknown subjects
    and keys, wrong types, limits that do not ascend with the ranks, unknown ranks, posts, duties and kinds.
    """
    source = read_rule_text(text)
    heading = {
        "edition": source.data.get("edition", edition),
        "valid_from": source.data.get("valid_from", valid_from.isoformat() if valid_from else None),
    }
    faults: list[Fault] = []
    events: list[RulesAdopted] = []
    for key, value in heading.items():
        if value is None:
            faults.append(Fault(line=1, field=key, message=_MESSAGES["missing"]))
    for subject, path, body in _subjects(source):
        if subject not in SUBJECTS:
            faults.append(_at(source, path, f"規程の種類「{subject}」はありません({'、'.join(SUBJECTS)})"))
        elif not isinstance(body, dict):
            faults.append(_at(source, path, _MESSAGES["dict_type"]))
        elif all(heading.values()):
            try:
                events.append(adopted(subject, {**body, **heading}))
            except ValidationError as error:
                faults += [_translated(source, path, detail) for detail in error.errors(include_url=False)]
    faults += _unknown_names(source, events, posts=posts, duties=duties)
    _refuse(faults)
    check_together(events)
    return events


def check_together(events: Iterable[RulesAdopted]) -> None:
    """Refuse (FaultyText) editions that overlap or leave a gap when adopted together.

    Overlap: two editions of one subject from the same day, or under one name. Gap: a day with an authority table but
    without rules for approvals (or the reverse), a kind of case without retention, rules for an unknown kind.
    """
    rules: dict[str, list[RuleEdition]] = {}
    faults: list[Fault] = []
    for event in sorted(events, key=lambda e: (e.subject, e.valid_from)):
        known = rules.setdefault(event.subject, [])
        if known and known[-1].valid_from == event.valid_from:
            faults.append(_between(event.subject, f"{event.valid_from}から施行する版が二つあります"))
        if event.edition in [other.edition for other in known]:
            faults.append(_between(event.subject, f"版「{event.edition}」が二つあります"))
        known.append(SUBJECTS[event.subject].model_validate_json(event.body))
    tables = cast(list[AuthorityTable], rules.get("authority", []))
    approvals = cast(list[ApprovalRules], rules.get("approval", []))
    if tables and approvals:
        faults += _gaps(tables, approvals)
    _refuse(faults)


def packaged_editions() -> list[RulesAdopted]:
    """The demo prefecture's rules, as shipped: the authority table and, under its edition, the other rules."""
    folder = resources.files("kessai").joinpath("demo")
    authority = editions_from_yaml(folder.joinpath("authority.yaml").read_text(encoding="utf-8"))
    others = [
        event
        for name in ("rules.yaml", "registers.yaml", "campaigns.yaml", "contract.yaml")
        for event in editions_from_yaml(
            folder.joinpath(name).read_text(encoding="utf-8"),
            edition=authority[0].edition,
            valid_from=authority[0].valid_from,
        )
    ]
    check_together([*authority, *others])
    return [*authority, *others]


def _subjects(source: RuleText) -> Iterator[tuple[str, Path, JsonValue]]:
    """Subject, path in the file, and text of each; the authority table is a file of its own, at the top level."""
    if "kinds" in source.data:
        yield "authority", (), {key: value for key, value in source.data.items() if key not in EDITION_KEYS}
        return
    for key, value in source.data.items():
        if key not in EDITION_KEYS:
            yield key, (key,), value


def _unknown_names(
    source: RuleText, events: list[RulesAdopted], *, posts: Collection[str] | None, duties: Collection[str] | None
) -> list[Fault]:
    """Posts and duties that do not exist, each at the line that names it."""
    if not any(event.subject == "authority" for event in events):
        return []
    faults = []
    for path in (path for path in source.lines if path[:1] == ("kinds",)):
        name = _value_at(source, path)
        if path[-1:] == ("post",) and posts is not None and name not in posts:
            faults.append(_at(source, path, f"職「{name}」はありません"))
        if path[-1:] == ("gate",) and duties is not None and name not in duties:
            faults.append(_at(source, path, f"職務「{name}」はありません"))
    return faults


def _value_at(source: RuleText, path: Path) -> JsonValue:
    value: JsonValue = source.data
    for part in path:
        value = value[part]  # type: ignore[index]  # the path was recorded while reading this very value
    return value


def _gaps(tables: list[AuthorityTable], approvals: list[ApprovalRules]) -> Iterator[Fault]:
    """Days and kinds that one of the two subjects rules and the other does not."""
    if tables[0].valid_from != approvals[0].valid_from:
        later = max(tables[0].valid_from, approvals[0].valid_from)
        yield _between("approval", f"{later}より前に、専決規程と電子決裁の規程の片方しかない日があります")
    for day in sorted({rules.valid_from for rules in (*tables, *approvals)}):
        table = next((t for t in reversed(tables) if t.valid_from <= day), None)
        approval = next((a for a in reversed(approvals) if a.valid_from <= day), None)
        if table is None or approval is None:
            continue
        for kind in sorted(set(table.kinds) - set(approval.retention_years)):
            yield _between("approval.retention_years", f"{day}の時点で、種類「{kind}」の保存期間がありません")
        for kind in sorted(approval.kinds_named - set(table.kinds)):
            yield _between("approval", f"{day}の時点で、種類「{kind}」は専決規程にありません")


def _translated(source: RuleText, path: Path, detail: ErrorDetails) -> Fault:
    """A fault pydantic found, at its line, in Japanese."""
    where = (*path, *detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    message = _MESSAGES.get(kind)
    if kind == "value_error":
        message = str(context["error"])
    elif kind == "literal_error":
        message = f"{context['expected'].replace(' or ', ', ')} のいずれかにしてください"
    elif kind in _BOUNDS:
        message = f"{next(iter(context.values()))}{_BOUNDS[kind]}してください"
    return _at(source, where, message or f"正しくありません({detail['msg']})")


def _at(source: RuleText, path: Path, message: str) -> Fault:
    return Fault(line=source.line_of(path), field=dotted(path), message=message)


def _between(subject: str, message: str) -> Fault:
    return Fault(line=1, field=subject, message=message)


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise FaultyText(tuple(sorted(faults, key=lambda fault: (fault.line, fault.field))))
