"""PDFs signed by hand with the OpenSSL program and certificates of its own: other software in its barest form."""

import subprocess
from pathlib import Path

from tests.documents.hostile_pdfs import with_entry
from tests.documents.incremental_updates import Update

DIGITS = 16_000
DAYS = "3650"


def authority(folder: Path, name: str = "authority") -> Path:
    """A certificate by itself; its key lies beside it."""
    run(
        folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem",
        "-days", DAYS, "-subj", f"/CN={name}",
    )  # fmt: skip
    return folder / f"{name}.pem"


def issued(folder: Path, name: str = "signer", *, by: str = "authority") -> Path:
    """A certificate of the authority, without a word about what it may be used for."""
    run(
        folder, "req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
        "-subj", f"/CN={name}",
    )  # fmt: skip
    run(
        folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{by}.pem", "-CAkey", f"{by}.key", "-CAcreateserial",
        "-out", f"{name}.pem", "-days", DAYS,
    )  # fmt: skip
    return folder / f"{name}.pem"


def signed(folder: Path, pdf: bytes, *options: str, signer: str = "signer") -> bytes:
    """The file with one signature (adbe.pkcs7.detached) made by `openssl cms -sign` with these options."""
    placed = _placed(pdf)
    at = placed.rindex(b"/Contents <") + len(b"/Contents ")
    end = at + DIGITS + 2
    (folder / "content").write_bytes(placed[:at] + placed[end:])
    run(
        folder, "cms", "-sign", "-binary", "-in", "content", "-signer", f"{signer}.pem", "-inkey", f"{signer}.key",
        "-outform", "DER", "-out", "value", *options,
    )  # fmt: skip
    digits = (folder / "value").read_bytes().hex().encode().ljust(DIGITS, b"0")
    return placed[: at + 1] + digits + placed[end - 1 :]


def _placed(pdf: bytes) -> bytes:
    """The file with a signature's dictionary and field, the range filled in, the value still zeros."""
    made = Update(pdf)
    value = made.add(
        b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /M (D:20261121120000+09'00') "
        b"/ByteRange [0 0000000000 0000000000 0000000000] /Contents <%s> >>" % (b"0" * DIGITS)
    )
    field = made.add(
        b"<< /FT /Sig /T (Signature1) /V %s /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P %d 0 R >>"
        % (value, made.page().objgen[0])
    )
    form = b"<< /Fields [%s] /SigFlags 3 >>" % field
    made.bodies[made.catalog.objgen[0]] = with_entry(made.catalog, "/AcroForm", form)
    made.bodies[made.page().objgen[0]] = with_entry(made.page(), "/Annots", b"[%s]" % field)
    placed = made.appended()
    at = placed.rindex(b"/Contents <") + len(b"/Contents ")
    end = at + DIGITS + 2
    start = placed.rindex(b"/ByteRange")
    stop = placed.index(b"]", start) + 1
    covered = b"/ByteRange [0 %d %d %d]" % (at, end, len(placed) - end)
    return placed[:start] + covered.ljust(stop - start) + placed[stop:]


def run(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)
