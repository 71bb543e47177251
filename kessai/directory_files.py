"""Directory files: the organisation a file asks for, or on which line and in which field what is wrong.

YAML has the keys `prefecture`, `units`, `posts`, `proxy_order` and `absences`. CSV is one table with a header: the
column `record` says what a row is (prefecture, unit, post, proxy, absence), the others are called as in YAML; lists
are separated by `;`, a proxy is written `post:CODE`, `rank:RANK` or `duty:DUTY`, no proxies at all `-`.
`note` is a remark for the file's reader and is not recorded.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.directory.organisation import Target
from kessai.directory_rows import Desired, PostRow
from kessai.directory_text import read_directory_text
from kessai.rule_text import Fault, FaultyText, RuleText, dotted
from kessai.rule_text import Path as DataPath

__all__ = ["Desired", "Fault", "FaultyText", "read_directory_file"]

_MESSAGES = {
    "missing": "この項目がありません",
    "extra_forbidden": "この項目はありません(つづりを確かめてください)",
    "string_type": "文字列にしてください(数字は引用符で囲む)",
    "string_unicode": "使えない文字が入っています",
    "string_pattern_mismatch": "使えない文字か形です",
    "string_too_long": "長すぎます",
    "list_type": "並び([…])にしてください",
    "tuple_type": "並び([…])にしてください",
    "model_type": "「項目: 値」の形にしてください",
    "model_attributes_type": "「項目: 値」の形にしてください",
}


def read_directory_file(path: Path) -> Desired:
    """The organisation a file asks for.

    Refused (FaultyText, every fault with line and field in Japanese): what is no proper YAML or CSV, unknown, missing
    and mistyped fields, and whatever does not hold together: unknown references, cycles, two of what there is one of.
    """
    source = read_directory_text(path)
    try:
        desired = Desired.model_validate(source.data)
    except ValidationError as error:
        raise _refusal(_translated(source, detail) for detail in error.errors(include_url=False)) from error
    faults = [
        Fault(line=source.line_of(where), field=dotted(where), message=message) for where, message in _flaws(desired)
    ]
    if faults:
        raise _refusal(faults)
    return desired


def _refusal(faults: Iterable[Fault]) -> FaultyText:
    return FaultyText(tuple(sorted(faults, key=lambda fault: (fault.line, fault.field))))


def _translated(source: RuleText, detail: ErrorDetails) -> Fault:
    where, kind = detail["loc"], detail["type"]
    message = _MESSAGES.get(kind)
    if kind == "literal_error":
        message = f"{detail['ctx']['expected'].replace(' or ', ', ')} のいずれかにしてください"
    return Fault(line=source.line_of(where), field=dotted(where), message=message or detail["msg"])


@dataclass(frozen=True)
class _Names:
    units: frozenset[str]
    posts: frozenset[str]
    persons: frozenset[str]


Flaw = tuple[DataPath, str]


def _flaws(desired: Desired) -> Iterator[Flaw]:
    """What each row gets wrong about the others."""
    names = _Names(
        frozenset(unit.code for unit in desired.units),
        frozenset(post.code for post in desired.posts),
        frozenset(post.person for post in desired.posts if post.person is not None),
    )
    yield from _unit_flaws(desired, names)
    yield from _post_flaws(desired, names)
    yield from _proxy_flaws(desired, names)
    yield from _absence_flaws(desired, names)


def _repeated(key: str, field: str, values: Iterable[object]) -> Iterator[Flaw]:
    seen: set[object] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield (key, index, field), f"「{value}」が二度書かれています"
        seen.add(value)


def _unit_flaws(desired: Desired, names: _Names) -> Iterator[Flaw]:
    yield from _repeated("units", "code", (unit.code for unit in desired.units))
    parents = {unit.code: unit.parent for unit in desired.units}
    tops = [index for index, unit in enumerate(desired.units) if unit.kind == "prefecture"]
    if len(tops) != 1 or desired.units[tops[0]].code != desired.prefecture.code:
        where: DataPath = ("units", tops[-1], "kind") if tops else ("units",)
        yield where, f"kind が prefecture の所属は「{desired.prefecture.code}」一つだけにしてください"
    for index, unit in enumerate(desired.units):
        at = ("units", index, "parent")
        if unit.kind == "prefecture":
            if unit.parent is not None:
                yield at, "県に上位の所属はありません"
        elif unit.parent is None:
            yield ("units", index), "parent がありません"
        elif unit.parent not in names.units:
            yield at, f"所属「{unit.parent}」はありません"
        elif _cycles(unit.code, parents):
            yield at, "上位の所属が循環しています"


def _cycles(unit: str, parents: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    at: str | None = unit
    while at is not None and at not in seen:
        seen.add(at)
        at = parents.get(at)
    return at is not None


def _post_flaws(desired: Desired, names: _Names) -> Iterator[Flaw]:
    yield from _repeated("posts", "code", (post.code for post in desired.posts))
    overseen: Counter[str] = Counter()
    called: dict[str, str | None] = {}
    governors = 0
    for index, post in enumerate(desired.posts):
        at = ("posts", index)
        if post.unit not in names.units:
            yield (*at, "unit"), f"所属「{post.unit}」はありません"
        for unit in post.oversees:
            overseen[unit] += 1
            if unit not in names.units:
                yield (*at, "oversees"), f"所属「{unit}」はありません"
            elif overseen[unit] > 1:
                yield (*at, "oversees"), f"所属「{unit}」を担当する職が二つあります"
        governors += post.rank == "governor"
        if post.rank == "governor" and governors > 1:
            yield (*at, "rank"), "知事の職は一つだけです"
        yield from _holder_flaws(at, post, names, called)


def _holder_flaws(at: DataPath, post: PostRow, names: _Names, called: dict[str, str | None]) -> Iterator[Flaw]:
    if post.person is not None and called.setdefault(post.person, post.name) != post.name:
        yield (*at, "person_name"), f"職員「{post.person}」の氏名が行によって違います"
    if post.person is None and post.person_name is not None:
        yield (*at, "person_name"), "person がありません"
    if post.acting is not None:
        if post.person is not None:
            yield (*at, "acting"), "person と acting は同時に書けません"
        if post.acting == post.code:
            yield (*at, "acting"), "自らの事務取扱になることはできません"
        elif post.acting not in names.posts:
            yield (*at, "acting"), f"職「{post.acting}」はありません"
    for field, values in (("roles", post.roles), ("duties", post.duties), ("oversees", post.oversees)):
        if len(set(values)) < len(values):
            yield (*at, field), "同じ値が二度書かれています"


def _proxy_flaws(desired: Desired, names: _Names) -> Iterator[Flaw]:
    yield from _repeated(
        "proxy_order", "for", (f"{t.by}: {t.code}" for t in (row.for_.target for row in desired.proxy_order))
    )
    duties = {duty for post in desired.posts for duty in post.duties}
    for index, row in enumerate(desired.proxy_order):
        at = ("proxy_order", index)
        targets: list[tuple[DataPath, Target]] = [((*at, "for"), row.for_.target)]
        targets += [((*at, "proxies", place), proxy.target) for place, proxy in enumerate(row.proxies)]
        for where, target in targets:
            if target.by == "post" and target.code not in names.posts:
                yield (*where, "post"), f"職「{target.code}」はありません"
            if target.by == "duty" and target.code not in duties:
                yield (*where, "duty"), f"職務「{target.code}」のある職がありません"


def _absence_flaws(desired: Desired, names: _Names) -> Iterator[Flaw]:
    for index, row in enumerate(desired.absences):
        at = ("absences", index)
        if (row.post is None) == (row.person is None):
            yield at, "post と person のどちらか一方を書いてください"
        elif row.post is not None and row.post not in names.posts:
            yield (*at, "post"), f"職「{row.post}」はありません"
        elif row.post is not None and desired.person_behind(row.post) is None:
            yield (*at, "post"), f"職「{row.post}」は欠員です"
        elif row.person is not None and row.person not in names.persons:
            yield (*at, "person"), f"職員「{row.person}」はありません"
        if row.to < row.from_:
            yield (*at, "to"), "終わりの日が始まりの日より前です"
