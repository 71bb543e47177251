"""What may be appended to a signed file: signatures into their fields, time stamps, validation data. Nothing else.

Stricter than the library's default, which accepts new values in text fields after a signature.
"""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffPolicy,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    QualifiedWhitelistRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)

from signing.pades.objects import value

STRUCTURE = ("/ObjStm", "/XRef")


def policy(*, own_contract: bool) -> DiffPolicy:
    """Give the policy: no value of any field but a signature changes. In our own contracts metadata do not either."""
    rules: list[QualifiedWhitelistRule] = [
        CatalogModificationRule(),
        *(
            rule.as_qualified(ModificationLevel.LTA_UPDATES)
            for rule in (XrefStreamRule(), ObjectStreamRule(), DSSCompareRule())
        ),
    ]
    if not own_contract:
        rules += [rule.as_qualified(ModificationLevel.LTA_UPDATES) for rule in (DocInfoRule(), MetadataUpdateRule())]
    return StandardDiffPolicy(
        global_rules=rules,
        form_rule=FormUpdatingRule(field_rules=[SigFieldCreationRule(), SigFieldModificationRule()]),
    )


def fault(result: object) -> str:
    """Give what a diff found that may not be, in English; empty where all of it may."""
    if isinstance(result, SuspiciousModification):
        return str(result) or "suspicious modification"
    return ""


def unexplained_after(reader: PdfFileReader, revision: int) -> str:
    """Give what was appended after `revision` (that of the last signature) beyond validation data; empty if nothing.

    The library calls objects that nobody refers to harmless. After the last signature nobody had a reason to add any.
    """
    last = reader.xrefs.total_revisions - 1
    current = reader.get_historical_resolver(last)
    store = current.collect_dependencies(current.root.raw_get("/DSS")) if "/DSS" in current.root else set()
    allowed = store | _touched_on_the_way(current)
    for number in range(revision + 1, last + 1):
        added = reader.get_historical_resolver(number).explicit_refs_in_revision()
        strange = [each for each in added if each not in allowed and not _is_structure(current, each)]
        if strange or not added & store:
            return f"revision {number + 1}: {', '.join(map(repr, strange[:5])) or 'nothing that belongs anywhere'}"
    return ""


def _touched_on_the_way(resolver: HistoricalResolver) -> set[generic.Reference]:
    """The catalog, and the metadata that writers keep up to date whatever they write."""
    found = {resolver.trailer_view.raw_get("/Root").reference}
    for holder, key in ((resolver.trailer_view, "/Info"), (resolver.root, "/Metadata")):
        value = holder.raw_get(key) if key in holder else None
        if isinstance(value, generic.IndirectObject):
            found.add(value.reference)
    return found


def _is_structure(resolver: HistoricalResolver, reference: generic.Reference) -> bool:
    found = resolver(reference)
    return isinstance(found, generic.StreamObject) and value(found, "/Type") in STRUCTURE
