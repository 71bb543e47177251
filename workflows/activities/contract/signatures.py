"""電子署名の記録: what a signature in the file came to, as the ledger is told."""

from domain.contract import commands
from signing.pades import Signed


def signed_in(signed: Signed, *, document: str, base: str) -> commands.SignedIn:
    """Give what the ledger keeps of a signature."""
    return commands.SignedIn(
        document=document,
        base=base,
        level=signed.level,
        signed_at=signed.signed_at,
        certificate=signed.certificate_sha256,
        tsa_certificate=signed.tsa_certificate_sha256,
    )
