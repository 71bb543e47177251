"""What an uploaded PDF may be: sizes and counts, and what may be inside it."""

import msgspec

MIB = 2**20


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds and policies for one kind of file. Lengths in bytes, page edges in PDF points (1/72 inch).

    The policies after `inflated_bytes_max` say what a file that is still to be decided must not hold.
    """

    bytes_max: int = 20 * MIB
    pages_max: int = 500
    objects_max: int = 100_000
    revisions_max: int = 1
    signatures_max: int = 0
    embedded_files_max: int = 20
    page_edge_max: float = 14_400.0
    stream_bytes_max: int = 128 * MIB  # one stream, inflated
    inflated_bytes_max: int = 512 * MIB  # all of them
    still_undecided: bool = True  # the rules below apply to it
    fonts_embedded: bool = True
    only_links: bool = True  # no annotations but links
    hidden_text: bool = False  # text under an opaque image or area is accepted


UPLOAD = Limits()
"""A file on its way into a decision."""

SIGNED = Limits(
    bytes_max=40 * MIB,
    revisions_max=120,
    signatures_max=60,
    still_undecided=False,
    fonts_embedded=False,
    only_links=False,
    hidden_text=True,
)
"""Any signed file that somebody wants verified: thirty years of renewals are revisions, forms are somebody's choice."""
