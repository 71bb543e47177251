"""Keys from files: read once, checked once; every way in which one cannot be used has its own answer."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from signing.keys import KeyRefused, certificates, check_profile, key_from_files, key_from_pkcs12
from signing.keys.refusals import REASONS
from signing.keys.signing_key import HASHES
from tests.documents.signing_world import NOW, World, asn1, private_key, private_pem, public_pem

KINDS = ("rsa2048", "p256", "p384", "p521")


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def refused(code: str) -> "pytest.RaisesExc[KeyRefused]":
    return pytest.raises(KeyRefused, match=f"^{code}: ")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_a_key_from_files_signs_what_its_certificate_verifies(world: World, kind: str, digest: str) -> None:
    private = private_key(kind)
    own = world.issued("職員0525", private)
    key = key_from_files(certificate=public_pem(own, world.ca, world.root), key=private_pem(private))
    check_profile(key.certificate, key.chain, at=NOW)
    signature = key.sign(b"attributes", digest)
    public = own.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, b"attributes", padding.PKCS1v15(), HASHES[digest])
    else:
        assert isinstance(public, ec.EllipticCurvePublicKey)
        public.verify(signature, b"attributes", ec.ECDSA(HASHES[digest]))


def test_a_chain_may_come_in_any_order_and_in_der(world: World) -> None:
    private = private_key("p256")
    own = world.issued("職員0525", private)
    der = own.public_bytes(serialization.Encoding.DER)
    raw = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = key_from_files(certificate=der, key=raw, chain=[public_pem(world.root), public_pem(world.ca)])
    assert [each.dump() for each in key.chain] == [each.dump() for each in world.chain]


def test_pkcs12_holds_key_certificate_and_chain(world: World) -> None:
    private = private_key("rsa2048")
    own = world.issued("職員0525", private)
    sealed = serialization.BestAvailableEncryption(b"secret")
    packed = pkcs12.serialize_key_and_certificates(b"k", private, own, [world.root, world.ca], sealed)
    key = key_from_pkcs12(packed, password=b"secret")
    assert key.certificate.dump() == asn1(own).dump()
    check_profile(key.certificate, key.chain, at=NOW)
    with refused("passphrase"):
        key_from_pkcs12(packed, password=b"wrong")
    without_key = pkcs12.serialize_key_and_certificates(None, None, own, [world.ca], sealed)
    with refused("key-missing"):
        key_from_pkcs12(without_key, password=b"secret")


def test_an_encrypted_key_wants_its_password(world: World) -> None:
    private = private_key("p256")
    pem = public_pem(world.issued("職員0525", private), world.ca, world.root)
    sealed = private_pem(private, b"secret")
    key_from_files(certificate=pem, key=sealed, password=b"secret")
    for password in (b"wrong", None):
        with refused("passphrase"):
            key_from_files(certificate=pem, key=sealed, password=password)
    with refused("passphrase"):
        key_from_files(certificate=pem, key=private_pem(private), password=b"needless")


def test_a_key_of_another_certificate_is_refused(world: World) -> None:
    pem = public_pem(world.issued("職員0525", private_key("p256", 1)), world.ca, world.root)
    with refused("key-mismatch"):
        key_from_files(certificate=pem, key=private_pem(private_key("p256", 5)))


def test_a_missing_link_of_the_chain_is_named(world: World) -> None:
    private = private_key("p256")
    own = world.issued("職員0525", private)
    for known in ((), (world.root,)):
        with refused("chain"):
            key_from_files(certificate=public_pem(own, *known), key=private_pem(private))
    with refused("chain"):
        check_profile(asn1(own), (), at=NOW)
    with refused("chain"):
        check_profile(asn1(own), (asn1(world.root),), at=NOW)
    with refused("chain"):
        check_profile(asn1(own), (asn1(world.ca),), at=NOW)


def test_an_impostor_of_the_same_name_is_no_issuer(world: World) -> None:
    impostor = World(root_key=private_key("p256", 6), ca_key=private_key("p256", 7))
    own = asn1(world.issued("職員0525", private_key("p256")))
    with refused("chain"):
        check_profile(own, impostor.chain, at=NOW)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), "not-yet-valid"),
        (datetime(2029, 4, 1, tzinfo=UTC), "expired"),
        (datetime(2050, 4, 1, tzinfo=UTC), "expired"),
    ],
)
def test_a_certificate_signs_only_in_its_time(world: World, at: datetime, code: str) -> None:
    own = asn1(world.issued("職員0525", private_key("p256")))
    with refused(code):
        check_profile(own, world.chain, at=at)


def test_an_expired_issuer_ends_it_as_well(world: World) -> None:
    own = asn1(world.issued("職員0525", private_key("p256"), until=datetime(2060, 1, 1, tzinfo=UTC)))
    with refused("expired"):
        check_profile(own, world.chain, at=datetime(2046, 1, 1, tzinfo=UTC))


def test_only_a_signers_certificate_signs(world: World) -> None:
    private = private_key("p256")
    for others in ({"usage": ("digital_signature",)}, {"usage": ("key_encipherment",)}):
        with refused("key-usage"):
            check_profile(asn1(world.issued("職員0525", private, **others)), world.chain, at=NOW)
    with refused("key-usage"):
        both = ("content_commitment", "key_cert_sign")
        check_profile(asn1(world.issued("認証局", private, usage=both, ca=True)), world.chain, at=NOW)


def test_weak_and_unknown_kinds_of_keys_are_refused(world: World) -> None:
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 - it is refused
    with refused("unsupported"):
        key_from_files(
            certificate=public_pem(world.issued("弱い鍵", weak), world.ca, world.root), key=private_pem(weak)
        )
    koblitz = ec.generate_private_key(ec.SECP256K1())
    with refused("unsupported"):
        check_profile(asn1(world.issued("別の曲線", koblitz)), world.chain, at=NOW)
    other = ed25519.Ed25519PrivateKey.generate()
    pem = other.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    own = public_pem(world.issued("職員0525", private_key("p256")), world.ca, world.root)
    with refused("unsupported"):
        key_from_files(certificate=own, key=pem)


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"text", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_is_called_unreadable(world: World, data: bytes) -> None:
    with refused("unreadable"):
        certificates(data)
    own = public_pem(world.issued("職員0525", private_key("p256")), world.ca, world.root)
    with refused("unreadable"):
        key_from_files(certificate=own, key=data)


def test_a_digest_that_is_not_of_today_is_refused(world: World) -> None:
    with refused("unsupported"):
        world.signer("職員0525").sign(b"x", "sha1")


def test_every_refusal_has_a_sentence_for_people() -> None:
    assert all(KeyRefused(code, "x").reason.endswith("。") for code in REASONS)
