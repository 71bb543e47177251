"""Attachments of revision 2: associated files of the document (PDF/A-3), in the name tree and named in the catalog."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import generic

from signing.pades.objects import array, copied, dictionary, encoded, members, name, number, raw_members, text, value
from signing.pades.refusals import PadesRefused
from signing.pades.revision import Revision

NAME_TREE_DEPTH_MAX = 16


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file to attach. `description` is shown by viewers."""

    name: str
    data: bytes
    media_type: str
    description: str


def attach(revision: Revision, attachments: Sequence[Attachment], *, at: datetime) -> None:
    """Attach files to the document as a whole, dated `at` (ISO 19005-3 §6.8).

    Raises PadesRefused `attachment-name` where a name is empty or taken.
    """
    if not attachments:
        return
    root = revision.root
    files = dict(_named_files(root))
    associated = raw_members(root["/AF"]) if "/AF" in root else []
    for each in attachments:
        if not each.name or each.name in files:
            raise PadesRefused("attachment-name", f"{each.name!r} is empty or taken")
        files[each.name] = revision.add_object(_file_specification(revision, each, at))
        associated.append(files[each.name])
    names = copied(root["/Names"]) if "/Names" in root else dictionary({})
    names[name("/EmbeddedFiles")] = revision.add_object(dictionary({"/Names": _name_array(files)}))
    root[name("/Names")] = revision.add_object(names)
    root[name("/AF")] = revision.add_object(array(associated))
    revision.update_root()


def _file_specification(revision: Revision, attachment: Attachment, at: datetime) -> generic.DictionaryObject:
    parameters = dictionary({"/Size": number(len(attachment.data)), "/ModDate": generic.pdf_date(at)})
    stream = generic.StreamObject(
        dictionary(
            {"/Type": name("/EmbeddedFile"), "/Subtype": name("/" + attachment.media_type), "/Params": parameters}
        ),
        stream_data=attachment.data,
    )
    stream.compress()
    embedded = revision.add_object(stream)
    return dictionary(
        {
            "/Type": name("/Filespec"),
            "/F": text(attachment.name),
            "/UF": text(attachment.name),
            "/Desc": text(attachment.description),
            "/AFRelationship": name("/Supplement"),
            "/EF": dictionary({"/F": embedded, "/UF": embedded}),
        }
    )


def _named_files(root: generic.DictionaryObject) -> Iterator[tuple[str, Any]]:
    """The files already in the name tree, flat, whatever its shape."""
    names = value(root, "/Names")
    if names is not None and "/EmbeddedFiles" in names:
        yield from _leaves(names["/EmbeddedFiles"], NAME_TREE_DEPTH_MAX)


def _leaves(node: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if depth == 0:
        raise PadesRefused("unreadable", "the tree of attached files is too deep")
    listed = raw_members(node["/Names"]) if "/Names" in node else []
    yield from ((str(key), file) for key, file in zip(listed[::2], listed[1::2], strict=True))
    for kid in members(value(node, "/Kids", ())):
        yield from _leaves(kid, depth - 1)


def _name_array(files: dict[str, Any]) -> generic.ArrayObject:
    """Names in the order of their bytes, as a name tree asks for (ISO 32000-1 §7.9.6)."""
    ordered = sorted(files, key=encoded)
    return array(member for each in ordered for member in (text(each), files[each]))
