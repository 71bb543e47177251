"""Baseline: PAdES with pyHanko alone, as its documentation shows it: SimpleSigner from files, a time stamper a call.

A process of its own, because Kessai replaces parts of pyHanko in its own processes. Reads `{"do", "count"}` a line,
answers `{"cpu", "wall"}` in seconds a line. Everything it needs is in one folder.
"""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation.ades import ades_lta_validation, simulate_future_ades_lta_validation
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.registry import SimpleTrustManager

RULE = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED


class Baseline:
    """The files of the world, and what is done with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tsa = (folder / "tsa.url").read_text()
        self.roots = list(load_certs_from_pemder([str(folder / "roots.pem")]))

    def signer(self, name: str) -> signers.SimpleSigner:
        loaded: signers.SimpleSigner | None = signers.SimpleSigner.load(
            str(self.folder / f"{name}.key.pem"),
            str(self.folder / f"{name}.pem"),
            ca_chain_files=(str(self.folder / "chain.pem"),),
        )
        assert loaded is not None
        return loaded

    def trust(self) -> ValidationContext:
        return ValidationContext(trust_roots=self.roots, allow_fetching=True, revocation_mode="hard-fail")

    def specification(self) -> PdfSignatureValidationSpec:
        policy = CertValidationPolicySpec(
            SimpleTrustManager.build(trust_roots=self.roots),
            CertRevTrustPolicy(RevocationCheckingPolicy(RULE, RULE)),
            time_tolerance=timedelta(minutes=5),
        )
        return PdfSignatureValidationSpec(SignatureValidationSpec(policy))

    async def sign(self, pdf: bytes, field: str, name: str, *, level: str, stamped: bool = False) -> bytes:
        meta: dict[str, Any] = {"subfilter": SigSeedSubFilter.PADES, "reason": "合意", "name": name}
        if level == "B-LTA":
            meta |= {"validation_context": self.trust(), "embed_validation_info": True, "use_pades_lta": True}
        if field == "Platform":
            meta |= {"certify": True, "docmdp_permissions": MDPPerm.FILL_FORMS}
        seal = StaticStampStyle.from_pdf_file(str(self.folder / "seal.pdf"), border_width=0, background_opacity=1.0)
        signer = signers.PdfSigner(
            signers.PdfSignatureMetadata(field_name=field, **meta),
            self.signer(name),
            timestamper=None if level == "B-B" else HTTPTimeStamper(self.tsa, timeout=30),
            stamp_style=seal if stamped else None,
            new_field_spec=SigFieldSpec(field) if field == "Platform" else None,
        )
        out = BytesIO()
        await signer.async_sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=out)
        return out.getvalue()

    async def whole(self) -> bytes:
        """Four parties: fields, certification, signatures with seals, finalisation, self-check."""
        boxes = json.loads((self.folder / "boxes.json").read_text())
        writer = IncrementalPdfFileWriter(BytesIO((self.folder / "contract.pdf").read_bytes()))
        for field, box in boxes.items():
            fields.append_signature_field(writer, SigFieldSpec(field, on_page=0, box=tuple(box)))
        out = BytesIO()
        writer.write(out)
        pdf = await self.sign(out.getvalue(), "Platform", "platform", level="B-T")
        for number, field in enumerate(boxes, start=1):
            pdf = await self.sign(pdf, field, f"party{number}", level="B-T", stamped=True)
        return await self.finalised(pdf)

    async def finalised(self, pdf: bytes) -> bytes:
        await asyncio.sleep(
            1.02 - time.time() % 1
        )  # revocation data are to be newer than signatures; no processor time
        stream = BytesIO(pdf)
        for number in range(len(PdfFileReader(stream).embedded_regular_signatures)):
            embedded = PdfFileReader(stream).embedded_regular_signatures[number]
            await async_add_validation_info(embedded, self.trust(), in_place=True, add_vri_entry=False)
        out = BytesIO()
        stamper = signers.PdfTimeStamper(HTTPTimeStamper(self.tsa, timeout=30))
        await stamper.async_timestamp_pdf(IncrementalPdfFileWriter(stream), "sha256", self.trust(), output=out)
        for embedded in PdfFileReader(BytesIO(out.getvalue())).embedded_regular_signatures:
            await ades_lta_validation(embedded, self.specification())
            ahead = datetime.now(UTC) + timedelta(days=3650)
            await simulate_future_ades_lta_validation(embedded, self.specification(), ahead)
        return out.getvalue()

    def once(self, task: str) -> None:
        """One unit of a task; a loop and its sessions a call, as in the synchronous examples."""
        if task == "whole":
            asyncio.run(self.whole())
            return
        asyncio.run(self.sign((self.folder / "certified.pdf").read_bytes(), "Party1", "party1", level=task))


def main() -> None:
    logging.disable(logging.CRITICAL)
    baseline = Baseline(Path(sys.argv[1]))
    serve(baseline.once)


def serve(once: Callable[[str], None]) -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(asked["count"]):
            once(asked["do"])
        spent = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        sys.stdout.write(json.dumps(spent) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
