"""The contractor's own certificate: a key on a token (SoftHSM) where there is one, else in a PKCS#12 file; it never
leaves the contractor.
"""

import asyncio
import base64
import os
import secrets
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from kessai.settings import Settings
from kessai.signing_keys import development_issuer
from kessai.story.counterparty import Counterparty
from kessai.story.walker import Case
from kessai.trusting import network_of
from signing.keys import SigningKey, key_from_pkcs12
from signing.keys.pkcs11 import Token
from signing.network.issuing import IssuedCertificate

MODULES = tuple(
    Path(folder) / "softhsm/libsofthsm2.so" for folder in ("/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/local/lib")
)
TOKEN, LABEL = "contractor", "signing"
LIVES = timedelta(days=3 * 365)
KEY_BITS = 2048


def sign_with_own_certificate(settings: Settings, signer: Counterparty, case: Case) -> str:
    """Sign the contract in two phases: show the certificate, sign what comes back, hand in the value. Give where the
    key lies.
    """
    private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    issued = asyncio.run(_certificate(settings, private))
    folder = settings.data / "contractor"
    folder.mkdir(mode=0o700)
    module = next((each for each in MODULES if each.exists()), None)
    if module is not None and shutil.which("softhsm2-util"):
        token = _token(folder, module, private)
        ders = [each.dump() for each in (issued.certificate, *issued.chain)]
        _sign(token.key(label=LABEL, certificate=ders[0], chain=ders[1:]), signer, case)
        token.close()
        return "PKCS#11トークン(SoftHSM)"
    _sign(_file(folder, private, issued), signer, case)
    return "PKCS#12ファイル"


def _sign(key: SigningKey, signer: Counterparty, case: Case) -> None:
    certificates = [base64.b64encode(each.dump()).decode() for each in (key.certificate, *key.chain)]
    signer.act(case, "prepare", certificates=certificates)
    prepared = signer.await_preparation(case)
    value = key.sign(base64.b64decode(prepared["to_sign"]), "sha256")
    signer.act(case, "complete", nth=prepared["nth"], signature=base64.b64encode(value).decode())


async def _certificate(settings: Settings, private: rsa.RSAPrivateKey) -> IssuedCertificate:
    async with network_of(settings) as network:
        issuer = development_issuer(settings, network)
        return await issuer.issue(private, common_name="署名者01", organisation="受注者A社", lives=LIVES)


def _token(folder: Path, module: Path, private: rsa.RSAPrivateKey) -> Token:
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n", "utf-8")
    os.environ["SOFTHSM2_CONF"] = str(settings)  # the module reads it when it is loaded
    pin, key = secrets.token_hex(8), folder / "key.p8"
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    for arguments in (
        ("--init-token", "--free", "--label", TOKEN, "--so-pin", secrets.token_hex(8), "--pin", pin),
        ("--import", str(key), "--token", TOKEN, "--label", LABEL, "--id", "01", "--pin", pin),
    ):
        subprocess.run(("softhsm2-util", *arguments), check=True, capture_output=True, timeout=60)
    key.unlink()
    return Token(module=module, label=TOKEN, pin=pin)


def _file(folder: Path, private: rsa.RSAPrivateKey, issued: IssuedCertificate) -> SigningKey:
    password, path = secrets.token_hex(8).encode(), folder / "contractor.p12"
    own, *chain = (x509.load_der_x509_certificate(each.dump()) for each in (issued.certificate, *issued.chain))
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"contractor", private, own, chain, serialization.BestAvailableEncryption(password)
        )
    )
    return key_from_pkcs12(path.read_bytes(), password=password)
