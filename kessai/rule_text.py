"""Reads YAML into plain JSON data and remembers the line of each value; hostile or ambiguous YAML is refused."""

from dataclasses import dataclass, field
from datetime import date
from math import isfinite

import yaml
from pydantic import JsonValue

BYTES_MAX = 256 * 1024
DEPTH_MAX = 20

Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong in a file: where (line from 1, field as a dotted path) and what, in Japanese."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.line}行目 {self.field}: {self.message}" if self.field else f"{self.line}行目: {self.message}"


class FaultyText(Exception):
    """A file that may not be used. `faults` are in order of line; the message lists them one a line."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class RuleText:
    """A YAML mapping as JSON data (dates as ISO text), with the line of every value by its path."""

    data: dict[str, JsonValue]
    lines: dict[Path, int] = field(default_factory=dict)

    def line_of(self, path: Path) -> int:
        """The line of the value at `path`, or of the nearest value around it that is in the text."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_rule_text(text: str, *, bytes_max: int = BYTES_MAX) -> RuleText:
    """Read one YAML document that is a mapping.

    Refused (FaultyText): more than `bytes_max`, syntax errors, several documents, duplicate keys, keys that are not
    text,
    anchors and aliases, tags of one's own, more than 20 levels, numbers that are not finite.
    """
    if len(text.encode("utf-8", "replace")) > bytes_max:
        raise _fault(1, (), f"ファイルが大きすぎます(上限{bytes_max // 1024} KiB)")
    try:
        node = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _fault(mark.line + 1 if mark else 1, (), f"YAMLとして読めません: {error.problem}") from error
    except yaml.YAMLError as error:
        raise _fault(1, (), f"YAMLとして読めません: {error}") from error
    if not isinstance(node, yaml.MappingNode):
        raise _fault(1, (), "「項目: 値」の形で書いてください")
    lines: dict[Path, int] = {}
    return RuleText(_mapping(node, (), lines), lines)


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # untyped base, see the import
    """The safe loader, without anchors and aliases and with a limit on depth."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise yaml.MarkedYAMLError(problem="アンカーと別名は使えません", problem_mark=event.start_mark)
        if self._depth >= DEPTH_MAX:
            raise yaml.MarkedYAMLError(problem=f"{DEPTH_MAX}段より深く書けません", problem_mark=event.start_mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int]) -> dict[str, JsonValue]:
    _plain(node, path)
    lines[path] = node.start_mark.line + 1
    found: dict[str, JsonValue] = {}
    for key_node, value_node in node.value:
        key, line = _key(key_node, path), key_node.start_mark.line + 1
        if key in found:
            raise _fault(line, (*path, key), "同じ項目が二度書かれています")
        found[key] = _value(value_node, (*path, key), lines)
        lines[(*path, key)] = line
    return found


def _key(node: yaml.Node, path: Path) -> str:
    key = _scalar(node, path) if isinstance(node, yaml.ScalarNode) else None
    if not isinstance(key, str):
        raise _fault(node.start_mark.line + 1, path, "項目名は文字列にしてください(必要なら引用符で囲む)")
    return key


def _value(node: yaml.Node, path: Path, lines: dict[Path, int]) -> JsonValue:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines)
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        _plain(node, path)
        return [_value(item, (*path, i), lines) for i, item in enumerate(node.value)]
    return _scalar(node, path)


def _plain(node: yaml.CollectionNode, path: Path) -> None:
    """Refuse !!set, !!omap and tags of one's own: a list is a list, a mapping a mapping."""
    if node.tag not in (yaml.Loader.DEFAULT_MAPPING_TAG, yaml.Loader.DEFAULT_SEQUENCE_TAG):
        raise _fault(node.start_mark.line + 1, path, f"タグ「{node.tag}」は使えません")


def _scalar(node: yaml.Node, path: Path) -> JsonValue:
    line = node.start_mark.line + 1
    try:
        value = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        raise _fault(line, path, "値を読み取れません") from error
    if type(value) is date:
        return value.isoformat()
    if not isinstance(value, str | int | float | bool | None) or (isinstance(value, float) and not isfinite(value)):
        raise _fault(line, path, "使えない種類の値です(文字列、整数、日付、true/false、null)")
    if isinstance(value, int) and ":" in node.value:
        raise _fault(line, path, "時刻は引用符で囲んでください")  # YAML 1.1 reads 20:00 as 1200
    return value


def _fault(line: int, path: Path, message: str) -> FaultyText:
    return FaultyText((Fault(line=line, field=dotted(path), message=message),))


def dotted(path: Path) -> str:
    """kinds.works.concurrence[0].post"""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
