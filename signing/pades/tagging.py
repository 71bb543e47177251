"""Tags of signature fields: each widget stands in a Form element of the structure tree (ISO 14289-1 §7.18)."""

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic

from signing.pades.objects import array, dictionary, members, name, number, raw_members, text, value
from signing.pades.refusals import PadesRefused
from signing.pades.revision import Revision

NUMBER_TREE_DEPTH_MAX = 16


def tag_widgets(revision: Revision, widgets: list[tuple[generic.IndirectObject, str]]) -> None:
    """Put widgets (reference, spoken name), in this order, at the end of the structure tree, if there is one."""
    tree_reference = _reference(revision.root, "/StructTreeRoot")
    if tree_reference is None:
        return
    tree = tree_reference.get_object()
    parents = dict(_numbers(tree["/ParentTree"], NUMBER_TREE_DEPTH_MAX)) if "/ParentTree" in tree else {}
    document = _document_element(tree)
    owner = document or tree_reference
    elements = []
    for reference, spoken in widgets:
        key = max([*parents, int(value(tree, "/ParentTreeNextKey", 0)) - 1], default=-1) + 1
        elements.append(_form_element(revision, reference, spoken, owner))
        parents[key] = elements[-1]
        widget = reference.get_object()
        widget[name("/StructParent")] = number(key)
    _append_kids(revision, owner, elements)
    flat = array(member for key in sorted(parents) for member in (number(key), parents[key]))
    tree[name("/ParentTree")] = revision.add_object(dictionary({"/Nums": flat}))
    tree[name("/ParentTreeNextKey")] = number(max(parents) + 1)
    revision.mark_update(tree_reference)


def _form_element(revision: Revision, widget: Any, spoken: str, owner: Any) -> generic.IndirectObject:
    page = widget.get_object().raw_get("/P")
    target = dictionary({"/Type": name("/OBJR"), "/Obj": widget, "/Pg": page})
    return revision.add_object(
        dictionary(
            {
                "/Type": name("/StructElem"),
                "/S": name("/Form"),
                "/P": owner,
                "/Pg": page,
                "/Alt": text(spoken),
                "/K": target,
            }
        )
    )


def _document_element(tree: generic.DictionaryObject) -> generic.IndirectObject | None:
    """The one Document element that holds everything, where there is such a one."""
    kids = _kids(tree)
    only = kids[0] if len(kids) == 1 else None
    is_document = isinstance(only, generic.IndirectObject) and value(only.get_object(), "/S") == "/Document"
    return only if is_document else None


def _append_kids(revision: Revision, owner: generic.IndirectObject, elements: list[generic.IndirectObject]) -> None:
    holder = owner.get_object()
    holder[name("/K")] = array([*_kids(holder), *elements])
    revision.mark_update(owner)


def _kids(holder: generic.DictionaryObject) -> list[Any]:
    if "/K" not in holder:
        return []
    found = holder["/K"]
    return raw_members(found) if isinstance(found, generic.ArrayObject) else [holder.raw_get("/K")]


def _numbers(node: Any, depth: int) -> Iterator[tuple[int, Any]]:
    if depth == 0:
        raise PadesRefused("unreadable", "the parent tree is too deep")
    listed = raw_members(node["/Nums"]) if "/Nums" in node else []
    yield from ((int(key), owner) for key, owner in zip(listed[::2], listed[1::2], strict=True))
    for kid in members(value(node, "/Kids", ())):
        yield from _numbers(kid, depth - 1)


def _reference(holder: generic.DictionaryObject, key: str) -> generic.IndirectObject | None:
    found = holder.raw_get(key) if key in holder else None
    return found if isinstance(found, generic.IndirectObject) else None
