"""Mail addresses of people: from a table where the prefecture has one, else by its pattern. The directory has none."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kessai.trouble import Trouble

ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?\Z")
COLUMNS = ["person", "address"]


class AddressesRefused(Trouble):
    """The pattern or the table of addresses cannot be used."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """`pattern` with `{person}` in it, and the addresses that differ from it (or all of them, without a pattern)."""

    pattern: str = ""
    known: Mapping[str, str] = field(default_factory=dict)

    def of(self, person: str) -> str | None:
        """Give the address of a person number, or None: there is none."""
        address = self.known.get(person) or self.pattern.replace("{person}", person)
        return address if ADDRESS.match(address) else None


def addresses(*, pattern: str, file: Path | None) -> Addresses:
    """Read them. The file is CSV (UTF-8) with the columns person and address; refuse (AddressesRefused) others."""
    if pattern and ("{person}" not in pattern or ADDRESS.match(pattern.replace("{person}", "0")) is None):
        raise AddressesRefused("KESSAI_MAIL_ADDRESS_TEMPLATE: {person}@pref.example.jp のような形で指定してください。")
    return Addresses(pattern=pattern, known=_table(file) if file else {})


def _table(file: Path) -> dict[str, str]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if rows.fieldnames != COLUMNS:
                raise AddressesRefused(f"{file}: 見出しは person,address です。")
            found = {row["person"]: row["address"] for row in rows}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AddressesRefused(f"{file}: 読めません({type(error).__name__})。") from error
    wrong = [person for person, address in found.items() if not ADDRESS.match(address or "")]
    if wrong:
        raise AddressesRefused(f"{file}: 職員番号 {wrong[0]} のメールアドレスが正しくありません。")
    return found
