"""The text of a directory file, YAML or CSV, as plain data with the line of every value."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from pydantic import JsonValue

from kessai.rule_text import Fault, FaultyText, RuleText, dotted, read_rule_text
from kessai.rule_text import Path as DataPath

BYTES_MAX = 4 * 1024 * 1024

# CSV: the column `record` says what a row is; every other column is called as the field in YAML.
RECORDS = {"prefecture": "prefecture", "unit": "units", "post": "posts", "proxy": "proxy_order", "absence": "absences"}
LISTS = frozenset({"oversees", "roles", "duties"})
COLUMNS = frozenset(
    {"record", "code", "name", "valid_from", "kind", "parent", "document_symbol", "title", "unit", "rank", "person"}
    | {"person_name", "oversees", "acting", "roles", "duties", "note", "for", "proxies", "post", "from", "to", "reason"}
)


def read_directory_text(path: Path) -> RuleText:
    """The file's data. `.csv` may be UTF-8 or Shift_JIS (as Excel saves it), `.yaml` and `.yml` are UTF-8.

    Refused (FaultyText): unreadable or too large files (4 MiB), another ending, and whatever is no proper YAML or CSV.
    """
    ending = path.suffix.lower()
    if ending not in (".yaml", ".yml", ".csv"):
        raise _fault(1, (), "ファイル名の末尾は .yaml、.yml、.csv のいずれかにしてください")
    try:
        with path.open("rb") as file:
            content = file.read(BYTES_MAX + 1)
    except OSError as error:
        raise _fault(1, (), f"ファイルを読めません: {error.strerror}") from error
    if len(content) > BYTES_MAX:
        raise _fault(1, (), f"ファイルが大きすぎます(上限{BYTES_MAX // 1024} KiB)")
    if ending == ".csv":
        return _read_csv(_decoded(content, "utf-8-sig", "cp932"))
    return read_rule_text(_decoded(content, "utf-8-sig"), bytes_max=BYTES_MAX)


def _decoded(content: bytes, *encodings: str) -> str:
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            first_bad = content[: error.start].count(b"\n") + 1
    raise _fault(first_bad, (), "文字コードが正しくありません(UTF-8で保存してください)")


def _read_csv(text: str) -> RuleText:
    data: dict[str, JsonValue] = {}
    lines: dict[DataPath, int] = {(): 1}
    for line, row in _rows(text):
        record = row.pop("record", "")
        key = RECORDS.get(record)
        if key is None:
            raise _fault(line, ("record",), f"{'、'.join(RECORDS)} のいずれかにしてください")
        fields: dict[str, JsonValue] = {column: _cell(column, cell) for column, cell in row.items() if cell}
        path: DataPath
        if record == "prefecture":
            if key in data:
                raise _fault(line, ("record",), "prefecture の行は一つだけです")
            path, data[key] = (key,), fields
        else:
            rows = data.setdefault(key, [])
            assert isinstance(rows, list)
            path = (key, len(rows))
            rows.append(fields)
        lines[path] = line
        lines.setdefault((key,), line)
    return RuleText(data, lines)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row under the header with the line on which it begins; empty rows are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            if header is None:
                header = _header(cells)
            elif any(cells):
                if len(cells) > len(header):
                    raise _fault(line, (), f"列が多すぎます(見出しは{len(header)}列)")
                yield line, dict(zip(header, (cell.strip() for cell in cells), strict=False))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _fault(line, (), f"CSVとして読めません: {error}") from error


def _header(cells: list[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    for column in header:
        if column not in COLUMNS:
            raise _fault(1, (), f"列「{column}」はありません(つづりを確かめてください)")
        if header.count(column) > 1:
            raise _fault(1, (column,), "同じ列が二つあります")
    if "record" not in header:
        raise _fault(1, ("record",), "この列がありません")
    return header


def _cell(column: str, cell: str) -> JsonValue:
    if column in LISTS:
        return [part.strip() for part in cell.split(";")]
    if column == "for":
        return _target(cell)
    if column == "proxies":
        return [] if cell == "-" else [_target(part) for part in cell.split(";")]
    return cell


def _target(text: str) -> dict[str, JsonValue]:
    """`post:CODE`, `rank:RANK`, `duty:DUTY`; what is neither is refused where the fields are checked."""
    by, _, code = text.strip().partition(":")
    return {by.strip(): code.strip()}


def _fault(line: int, path: DataPath, message: str) -> FaultyText:
    return FaultyText((Fault(line=line, field=dotted(path), message=message),))
