"""Webhooks over TLS: the connection goes to the address that was looked at, the certificate is the name's."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.policies.webhook import Allowed
from tests.ledger.notifying_world import notifying, receiver
from tests.ledger.projection_world import World

NAME = "records.example.jp"


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side with a certificate for `name`, and a client's side that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file, private = folder / "cert.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(file))
    server.load_cert_chain(file, private)
    return server, trusting


@pytest.mark.parametrize(("name", "outcome"), [(NAME, "delivered"), ("other.example.jp", "failed")])
def test_the_certificate_must_be_the_names(world: World, tmp_path: Path, name: str, outcome: str) -> None:
    server, trusting = certificate(tmp_path, name)

    async def resolve(host: str, port: int):
        return (ip_address("127.0.0.1"),)

    allowed = Allowed.of(["127.0.0.1"])
    with (
        receiver(server) as there,
        notifying(world.seeded(), allowed=allowed, tls=trusting, resolve=resolve) as sending,
    ):
        sending.register(there.url.replace("127.0.0.1", NAME), "approval.drafted")
        world.drafted()
        sending.run()
        assert [row["outcome"] for row in sending.attempts()] == [outcome]
        assert len(there.received) == (outcome == "delivered")


def test_an_unknown_certificate_is_not_trusted(world: World, tmp_path: Path) -> None:
    server, _ = certificate(tmp_path, NAME)

    async def resolve(host: str, port: int):
        return (ip_address("127.0.0.1"),)

    with receiver(server) as there, notifying(world.seeded(), resolve=resolve) as sending:
        sending.register(there.url.replace("127.0.0.1", NAME), "approval.drafted")
        world.drafted()
        sending.run()
        assert there.received == []
