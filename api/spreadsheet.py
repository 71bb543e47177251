"""表計算への出力: rows as CSV that a spreadsheet opens as text; no cell of it can begin a formula."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal
from urllib.parse import quote

from fastapi.responses import Response

Encoding = Literal["utf-8", "shift_jis"]
CSV = "text/csv"
FORMULA = frozenset("=+-@|%−")  # as they are, and whatever is a form of them: full-width, small, raised
UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})  # what a spreadsheet may pass over before it finds a formula
NOT_IN_SHIFT_JIS = "〓"  # what printers have always put for a character they do not have
# Characters that Shift_JIS has, and Windows reads as other code points than JIS does.
AS_ON_WINDOWS = str.maketrans("〜−‖—¢£¬", "～－∥―￠￡￢")


def _geta(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return NOT_IN_SHIFT_JIS * (error.end - error.start), error.end


codecs.register_error("kessai-geta", _geta)


def csv_text(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give the rows as CSV (RFC 4180, CRLF); a cell that a spreadsheet would calculate gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(cell) for cell in heading])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def harmless(cell: str) -> str:
    """Give the text so that no spreadsheet takes it for a formula, whatever blanks it begins with."""
    first = next((each for each in cell if unicodedata.category(each) not in UNSEEN), "")
    risky = unicodedata.normalize("NFKC", first)[:1] in FORMULA if first else False
    return f"'{cell}" if risky or cell[:1] in ("\t", "\r", "\n") else cell


def encoded(text: str, encoding: Encoding) -> bytes:
    """Give the bytes: UTF-8 with its mark, or Shift_JIS as Windows has it; 〓 for what that cannot write."""
    if encoding == "utf-8":
        return text.encode("utf-8-sig", "replace")
    return text.translate(AS_ON_WINDOWS).encode("cp932", "kessai-geta")


def csv_answer(
    heading: Sequence[str], rows: Iterable[Sequence[str]], *, name: str, encoding: Encoding = "utf-8"
) -> Response:
    """Give the rows as a CSV file called `name`."""
    return Response(
        encoded(csv_text(heading, rows), encoding),
        media_type=f"{CSV}; charset={encoding}",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.csv",
            "Cache-Control": "private, no-store",
        },
    )
