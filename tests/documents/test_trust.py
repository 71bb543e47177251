"""Trust: anchors from files that may be added to, apart for signers and time stamps, and algorithms that end."""

from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import algos, keys
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.development_pki import DevelopmentPki
from signing.development_pki.generations import STAMPS
from signing.trust import Sunset, Sunsets, Trust, TrustFiles, TrustRefused
from tests.documents.pki_world import NAME, MovedClock

END = datetime(2035, 1, 1, tzinfo=UTC)
SUNSETS = Sunsets(entries=(Sunset(algorithm="sha256", at=END), Sunset(algorithm="sha384", at=END.replace(year=2050))))


@pytest.fixture
def clock():
    return MovedClock()


@pytest.fixture
def pki(tmp_path, clock):
    made = DevelopmentPki(tmp_path / "pki", base_url=f"http://{NAME}", clock=clock)
    yield made
    made.close()


def files_of(pki):
    return TrustFiles([pki.trust_folder / "signers"], [pki.trust_folder / "tsas"])


def refused(code, doing, *arguments):
    with pytest.raises(TrustRefused) as caught:
        doing(*arguments)
    assert caught.value.code == code


def test_anchors_of_signers_and_of_time_stamps_are_apart(pki):
    trust = files_of(pki).now()
    assert [one.dump() for one in trust.signers] == list(pki.signer_roots)
    assert [one.dump() for one in trust.tsas] == list(pki.tsa_roots)
    assert trust.roots == (*trust.signers, *trust.tsas)


def test_an_anchor_that_is_added_is_trusted_from_then_on(pki, clock):
    files = files_of(pki)
    before = files.now()
    assert files.now() is before
    clock.at += STAMPS
    pki.generation()
    assert len(files.now().tsas) == len(before.tsas) + 1


def test_files_may_be_named_one_by_one_and_hold_several(pki, tmp_path):
    both = tmp_path / "both.pem"
    ders = (*pki.signer_roots, *pki.tsa_roots)
    pems = [x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM) for one in ders]
    both.write_bytes(b"a comment\n" + b"\n".join(pems))
    assert [one.dump() for one in TrustFiles([both], []).now().signers] == list(ders)


def test_der_is_as_good_as_pem(pki):
    assert [one.dump() for one in Trust.of(pki.signer_roots, []).signers] == list(pki.signer_roots)


def test_what_is_missing_or_no_certificate_is_refused(tmp_path):
    refused("no-anchor", TrustFiles([tmp_path / "nothing.pem"], []).now)
    refused("unreadable-anchor", Trust.of, [b"no"], [])
    refused("unreadable-anchor", Trust.of, [b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"], [])


def test_an_algorithm_holds_until_the_moment_it_ends():
    assert SUNSETS.holds("sha256", END - timedelta(seconds=1))
    assert not SUNSETS.holds("sha256", END)
    assert SUNSETS.holds("sha512", END.replace(year=9999))
    assert not SUNSETS.holds("sha1", END.replace(year=2000))


def test_the_algorithm_that_holds_longest_is_chosen_and_none_is_made_up():
    algorithms = ("sha256", "sha384", "sha512")
    assert Sunsets().strongest(algorithms, END) == "sha256"
    assert SUNSETS.strongest(algorithms, END.replace(year=2030)) == "sha512"
    assert SUNSETS.strongest(algorithms[:2], END.replace(year=2030)) == "sha384"
    with pytest.raises(ValueError):
        SUNSETS.strongest(("sha1",), END)


def judged(name, at):
    policy = SUNSETS.usage_policy
    return bool(policy.digest_algorithm_allowed(algos.DigestAlgorithm({"algorithm": name}), at))


def test_pyhankos_policy_judges_by_the_time_of_the_proof():
    before, after = END - timedelta(days=1), END + timedelta(days=1)
    assert [judged("sha256", at) for at in (before, after, None)] == [True, False, False]
    assert [judged("sha512", at) for at in (before, after, None)] == [True, True, True]
    assert not judged("sha1", before)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sha256_rsa", [True, False]),
        ("sha256_ecdsa", [True, False]),
        ("sha512_ecdsa", [True, True]),
        ("ed25519", [True, True]),
    ],
)
def test_signatures_are_judged_by_their_hash(name, expected):
    algorithm = algos.SignedDigestAlgorithm({"algorithm": name})
    allowed = SUNSETS.usage_policy.signature_algorithm_allowed
    times = (END - timedelta(days=1), END + timedelta(days=1))
    assert [bool(allowed(algorithm, at, None)) for at in times] == expected


def test_short_rsa_keys_show_nothing():
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505  # refused below
    public = keys.PublicKeyInfo.load(short.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    algorithm = algos.SignedDigestAlgorithm({"algorithm": "sha512_rsa"})
    assert not SUNSETS.usage_policy.signature_algorithm_allowed(algorithm, END, public)
