"""Values of settings as they are written: text from the environment or a file, and what it is read as."""

import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin


def text_of(name: str, given: Mapping[str, str], *, secret: bool) -> str | None:
    """The value as written, or None where it is not given; a secret may lie in the file named by `…_FILE`."""
    file = given.get(f"{name}_FILE") if secret else None
    if file is None:
        return given.get(name)
    if name in given:
        raise ValueError(f"{name}_FILE と同時には指定できません。")
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"ファイル {file} を読めません({error.__class__.__name__})。") from error


def parsed(text: str, kind: Any, *, above_zero: bool) -> Any:
    """Read a value of that type. Raises ValueError with a Japanese sentence."""
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise ValueError(f"{'、'.join(get_args(kind))} のどれかです({text!r} は使えません)。")
        return text
    if get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(kind, types.UnionType):
        return Path(text) if text else None
    return _PARSERS[kind](text, above_zero)


def _integer(text: str, above_zero: bool) -> int:
    if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit():
        raise ValueError(f"整数です({text!r} は使えません)。")
    if above_zero and int(text) <= 0:
        raise ValueError(f"1以上です({text!r} は使えません)。")
    return int(text)


_PARSERS: Mapping[Any, Callable[[str, bool], Any]] = {
    str: lambda text, _: text,
    Path: lambda text, _: Path(text),
    int: _integer,
}
