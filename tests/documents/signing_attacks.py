"""What somebody may try on a contract that waits for signatures or has them: each appends one revision of its own."""

from signing.pades.objects import array, number, real, text
from tests.documents.signing_changes import (
    Attack,
    appearance_in_place,
    attachment,
    borrowed,
    catalog,
    cropped_page,
    form_default,
    free_text,
    invisible_field,
    layers,
    lock_gone,
    lock_weakened,
    metadata,
    new_page,
    other_appearance,
    overlay,
    permissions_gone,
    removed,
    replaced_attachment,
    replaced_contents,
    revised,
    script,
    second_reference,
    structure,
    swapped_font,
    text_field,
    touched,
    turned_page,
    visible_field,
)

ANYTIME: dict[str, Attack] = {
    "overlay": revised(overlay),
    "replaced contents": revised(replaced_contents),
    "new page": revised(new_page),
    "free text": revised(free_text),
    "script": revised(script),
    "catalog": revised(catalog),
    "layers": revised(layers),
    "need appearances": revised(form_default),
    "swapped font": revised(swapped_font),
    "attachment": revised(attachment),
    "replaced attachment": revised(replaced_attachment),
    "text field": revised(text_field),
    "visible signature field": revised(visible_field),
    "invisible signature field": revised(invisible_field),
    "permissions gone": revised(permissions_gone),
    "structure": revised(structure),
    "turned page": revised(turned_page),
    "cropped page": revised(cropped_page),
    "metadata": revised(metadata),
    "platform: second reference": revised(second_reference("Platform")),
    "platform: field removed": revised(removed("Platform")),
    "platform: value gone": revised(touched("Platform", {"/V": None})),
    "platform: lock gone": revised(lock_gone("Platform")),
}
"""On a certified file, whoever has signed."""


def on_signed(party: str) -> dict[str, Attack]:
    """On the field of a party that has signed."""
    return {
        "signed: field removed": revised(removed(party)),
        "signed: value gone": revised(touched(party, {"/V": None})),
        "signed: other appearance": revised(other_appearance(party)),
        "signed: appearance in place": revised(appearance_in_place(party)),
        "signed: moved": revised(touched(party, {"/Rect": array(map(real, (0, 0, 50, 50)))})),
        "signed: hidden": revised(touched(party, {"/F": number(2)})),
        "signed: renamed": revised(touched(party, {"/T": text("Other")})),
        "signed: said otherwise": revised(touched(party, {"/TU": text("other")})),
        "signed: lock gone": revised(lock_gone(party)),
        "signed: lock weakened": revised(lock_weakened(party)),
        "signed: second reference": revised(second_reference(party)),
    }


def on_open(party: str, signed: str) -> dict[str, Attack]:
    """On the field of a party that has not signed yet, while another has."""
    return {
        "open: field removed": revised(removed(party)),
        "open: other appearance": revised(other_appearance(party)),
        "open: appearance in place": revised(appearance_in_place(party)),
        "open: moved": revised(touched(party, {"/Rect": array(map(real, (0, 0, 50, 50)))})),
        "open: renamed": revised(touched(party, {"/T": text("Other")})),
        "open: said otherwise": revised(touched(party, {"/TU": text("other")})),
        "open: lock gone": revised(lock_gone(party)),
        "open: lock weakened": revised(lock_weakened(party)),
        "open: signature borrowed": revised(borrowed(signed, party)),
    }
