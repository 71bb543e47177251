"""The development PKI: profiles that other verifiers accept, the same after a restart, decades by its clock."""

import base64
import hashlib
import shutil
import stat
import subprocess
import threading
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from signing.development_pki import DevelopmentPki, PkiRefused, Subject
from signing.development_pki.generations import LIVES, STAMPS
from signing.development_pki.profiles import TIME_STAMP_POLICY
from signing.network import CertificateIssuer
from signing.network.errors import IssueRefused
from tests.documents.pki_world import NAME, START, MovedClock, pki_world

BASE = f"http://{NAME}"
OPENSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
PARTY = Subject(common_name="契約者1の指示による署名", organisation="電子契約サービス", email="a@example.test")


@pytest.fixture
def clock():
    return MovedClock()


@pytest.fixture
def today():
    """For programs that know no other time than the machine's."""
    return MovedClock(datetime.now(UTC))


@pytest.fixture
def pki_of_today(tmp_path, today):
    made = DevelopmentPki(tmp_path / "pki", base_url=BASE, clock=today)
    yield made
    made.close()


@pytest.fixture
def pki(tmp_path, clock):
    made = DevelopmentPki(tmp_path / "pki", base_url=BASE, clock=clock)
    yield made
    made.close()


def certified(pki, lives=timedelta(days=30), subject=PARTY):
    key = ec.generate_private_key(ec.SECP256R1())
    return pki.issue(key.public_key(), subject=subject, lives=lives)


def parsed(der):
    return x509.load_der_x509_certificate(der)


def extension(certificate, oid):
    return certificate.extensions.get_extension_for_oid(oid)


def refused(code, doing, *arguments, **named):
    with pytest.raises(PkiRefused) as caught:
        doing(*arguments, **named)
    assert caught.value.code == code


def test_a_signers_certificate_is_of_the_profile_that_pdf_readers_accept(pki, clock):
    certificate = parsed(certified(pki).certificate)
    usage = extension(certificate, ExtensionOID.KEY_USAGE)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    purposes = {one.dotted_string for one in extension(certificate, ExtensionOID.EXTENDED_KEY_USAGE).value}
    assert purposes == {"1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.311.10.3.12"}
    (point,) = extension(certificate, ExtensionOID.CRL_DISTRIBUTION_POINTS).value
    assert point.full_name[0].value == f"{BASE}/crl/signers.crl"
    access = {
        one.access_location.value for one in extension(certificate, ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    }
    assert access == {f"{BASE}/ocsp/signers", f"{BASE}/ca/signers.cer"}
    assert extension(certificate, ExtensionOID.CERTIFICATE_POLICIES)
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == PARTY.common_name
    assert certificate.not_valid_after_utc == clock.now() + timedelta(days=30)
    assert certificate.not_valid_before_utc < clock.now()


def test_an_authority_below_the_root_has_nobody_below_it(pki):
    issuing, root = (parsed(one) for one in certified(pki).chain)
    assert extension(issuing, ExtensionOID.BASIC_CONSTRAINTS).value.path_length == 0
    assert extension(issuing, ExtensionOID.BASIC_CONSTRAINTS).critical
    assert extension(issuing, ExtensionOID.CRL_DISTRIBUTION_POINTS)
    assert root.issuer == root.subject


def test_a_time_stamp_authority_does_nothing_else_and_each_generation_has_its_own_root(pki, clock):
    roots = []
    for _ in range(3):
        one = pki.generation().authority.certificate
        purposes = extension(one, ExtensionOID.EXTENDED_KEY_USAGE)
        assert purposes.critical
        assert list(purposes.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
        assert one.not_valid_after_utc - clock.now() > timedelta(days=10 * 365)
        roots.append(one.issuer)
        clock.at += STAMPS
    assert len(set(roots)) == 3
    assert len(pki.tsa_roots) == 3


def test_everything_is_the_same_after_a_restart(tmp_path, clock):
    first = DevelopmentPki(tmp_path / "pki", base_url=BASE, clock=clock)
    one = certified(first)
    first.revoke(one.certificate)
    crl = first.crl("signers")
    kept = (
        first.signer_roots,
        first.tsa_roots,
        first.credential("platform"),
        first.credential("prefecture"),
        first.token,
    )
    first.close()
    clock.move(hours=1)
    again = DevelopmentPki(tmp_path / "pki", base_url=f"{BASE}/", clock=clock)
    assert (
        again.signer_roots,
        again.tsa_roots,
        again.credential("platform"),
        again.credential("prefecture"),
        again.token,
    ) == kept
    assert again.crl("signers") == crl
    clock.move(days=1)
    newer = x509.load_der_x509_crl(again.crl("signers"))
    assert number(newer) == number(x509.load_der_x509_crl(crl)) + 1
    assert newer.get_revoked_certificate_by_serial_number(parsed(one.certificate).serial_number)
    again.close()


def number(crl):
    return crl.extensions.get_extension_for_oid(ExtensionOID.CRL_NUMBER).value.crl_number


def test_the_addresses_in_certificates_do_not_change(tmp_path, clock):
    DevelopmentPki(tmp_path / "pki", base_url=BASE, clock=clock).close()
    refused("moved", DevelopmentPki, tmp_path / "pki", base_url="http://elsewhere.example.test", clock=clock)


def test_only_its_owner_can_read_the_folder(pki):
    assert stat.S_IMODE(pki.folder.stat().st_mode) == 0o700
    for path in pki.folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_trust_anchors_and_credentials_lie_in_the_folder_as_files(pki, clock):
    clock.at += STAMPS
    pki.generation()
    anchors = {path.relative_to(pki.folder).as_posix() for path in pki.folder.rglob("*.pem")}
    assert anchors == {"trust/signers/signers-root.pem", "trust/tsas/tsa-1-root.pem", "trust/tsas/tsa-2-root.pem"}
    key, certificate, chain = pkcs12.load_key_and_certificates(
        (pki.folder / "prefecture.p12").read_bytes(), (pki.folder / "pkcs12-password").read_bytes()
    )
    assert isinstance(key, rsa.RSAPrivateKey)
    assert certificate is not None
    assert certificate.public_key() == key.public_key()
    assert tuple(one.public_bytes(Encoding.DER) for one in chain) == pki.credential("prefecture").chain


def test_thirty_years_pass_by_moving_the_clock(pki, clock):
    first = pki.credential("platform")
    for year in range(2027, 2057):
        clock.at = datetime(year, 11, 24, tzinfo=UTC)
        assert clock.now() + timedelta(days=300) < pki.credential("platform").not_after
        assert pki.generation().authority.certificate.not_valid_after_utc > clock.now() + timedelta(days=3650)
    assert pki.credential("platform") != first
    assert len(pki.tsa_roots) <= 30 * 12 / 15 + 2


def test_a_revoked_credential_is_replaced(pki):
    before = pki.credential("platform")
    pki.revoke(before.certificate)
    assert pki.credential("platform").certificate != before.certificate


def test_two_processes_found_one_pki(tmp_path, clock):
    """Two objects over one folder are what two processes have."""
    made, waiting = [], threading.Barrier(4)

    def found():
        waiting.wait()
        one = DevelopmentPki(tmp_path / "pki", base_url=BASE, clock=clock)
        made.append((one.signer_roots, one.tsa_roots, one.credential("platform"), one.token))
        one.close()

    threads = [threading.Thread(target=found) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert all(one == made[0] for one in made)


def test_what_it_did_not_issue_it_does_not_revoke(pki, tmp_path, clock):
    other = DevelopmentPki(tmp_path / "other", base_url=BASE, clock=clock)
    refused("unknown-certificate", pki.revoke, certified(other).certificate)
    refused("unknown-certificate", pki.revoke, pki.signer_roots[0])
    refused("unknown-reason", pki.revoke, certified(pki).certificate, reason="bored")
    other.close()


def test_certificates_have_a_longest_life(pki):
    refused("too-long", certified, pki, lives=timedelta(days=6 * 365))
    refused("too-long", certified, pki, lives=timedelta(0))


def request_for(certificate, issuer, *, nonce=None):
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303  # names the certificate, signs nothing
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def test_an_ocsp_answer_has_the_nonce_whole_seconds_and_the_injected_time(pki, clock):
    clock.at = START.replace(year=2040, microsecond=5)
    one = certified(pki)
    asked = request_for(parsed(one.certificate), parsed(one.chain[0]), nonce=b"0123456789abcdef")
    answer = ocsp.load_der_ocsp_response(pki.ocsp("signers", asked))
    assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"0123456789abcdef"
    data = asn1_ocsp.OCSPResponse.load(pki.ocsp("signers", asked)).basic_ocsp_response["tbs_response_data"]
    assert data["produced_at"].native == clock.now().replace(microsecond=0)
    (responder,) = answer.certificates
    assert extension(responder, ExtensionOID.OCSP_NO_CHECK)
    (status,) = data["responses"]
    assert status["next_update"].native - status["this_update"].native == timedelta(hours=12)


@pytest.mark.parametrize("asked", [b"", b"no", b"\x30\x00", b"\x30\x80"])
def test_what_is_no_ocsp_request_is_malformed(pki, asked):
    answer = ocsp.load_der_ocsp_response(pki.ocsp("signers", asked))
    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_nothing_is_said_about_other_peoples_certificates(pki, tmp_path, clock):
    other = DevelopmentPki(tmp_path / "other", base_url=BASE, clock=clock)
    one = certified(other)
    asked = request_for(parsed(one.certificate), parsed(one.chain[0]))
    answer = ocsp.load_der_ocsp_response(pki.ocsp("signers", asked))
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED
    refused("unknown-authority", pki.ocsp, "nobody", asked)
    other.close()


def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=30)


def pem(file, *ders):
    file.write_bytes(b"".join(parsed(one).public_bytes(Encoding.PEM) for one in ders))
    return file


@OPENSSL
def test_openssl_accepts_path_lists_and_responses_and_sees_a_revocation(pki_of_today, today, tmp_path):
    pki = pki_of_today
    one = certified(pki)
    leaf, issuing = pem(tmp_path / "leaf.pem", one.certificate), pem(tmp_path / "issuing.pem", one.chain[0])
    root = pem(tmp_path / "root.pem", one.chain[1])
    lists = tmp_path / "lists.pem"

    def verified():
        crls = [x509.load_der_x509_crl(pki.crl(slug)) for slug in ("signers", "signers-root")]
        lists.write_bytes(b"".join(crl.public_bytes(Encoding.PEM) for crl in crls))
        path = ("-CAfile", root, "-untrusted", issuing, "-CRLfile", lists)
        return openssl("verify", "-x509_strict", "-crl_check_all", *path, leaf)

    def responded():
        asked, said = tmp_path / "asked", tmp_path / "said"
        openssl("ocsp", "-issuer", issuing, "-cert", leaf, "-no_nonce", "-reqout", asked)
        said.write_bytes(pki.ocsp("signers", asked.read_bytes()))
        known = ("-issuer", issuing, "-cert", leaf, "-no_nonce", "-respin", said, "-CAfile", root)
        return openssl("ocsp", *known)

    assert verified().returncode == 0, verified().stderr
    assert "Response verify OK" in responded().stderr
    assert f"{leaf}: good" in responded().stdout
    today.at = datetime.now(UTC)
    pki.revoke(one.certificate)
    assert "certificate revoked" in verified().stderr
    assert f"{leaf}: revoked" in responded().stdout


@OPENSSL
@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_openssl_accepts_its_time_stamps_and_rejects_a_flipped_byte(pki_of_today, tmp_path, algorithm):
    pki = pki_of_today
    data, asked, said = tmp_path / "data", tmp_path / "asked", tmp_path / "said"
    data.write_bytes(b"a contract")
    openssl("ts", "-query", "-data", data, f"-{algorithm}", "-cert", "-tspolicy", TIME_STAMP_POLICY, "-out", asked)
    said.write_bytes(pki.stamp(asked.read_bytes()))
    root = pki.trust_folder / "tsas" / "tsa-1-root.pem"
    checked = openssl("ts", "-verify", "-queryfile", asked, "-in", said, "-CAfile", root)
    assert checked.returncode == 0, checked.stderr
    token = bytearray(said.read_bytes())
    token[-5] ^= 1
    said.write_bytes(token)
    assert openssl("ts", "-verify", "-queryfile", asked, "-in", said, "-CAfile", root).returncode != 0


def query(**other):
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(b"x").digest()}
    return tsp.TimeStampReq({"version": 1, "message_imprint": imprint, **other}).dump()


def failure(answer):
    """The failure of a rejection (the only element of the reply)."""
    status = tsp.PKIStatusInfo.load(answer[2:])
    return status["status"].native, status["fail_info"].native


def test_every_request_it_does_not_serve_is_rejected_with_the_reason(pki, clock):
    assert failure(pki.stamp(b"no")) == ("rejection", {"bad_data_format"})
    assert failure(pki.stamp(query(req_policy="1.2.3"))) == ("rejection", {"unaccepted_policy"})
    short = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"short"}
    assert failure(pki.stamp(query(message_imprint=short))) == ("rejection", {"bad_alg"})
    some = [{"extn_id": "1.2.3", "critical": False, "extn_value": b"x"}]
    assert failure(pki.stamp(query(extensions=some))) == ("rejection", {"unaccepted_extensions"})
    clock.at += LIVES + timedelta(days=1)
    assert failure(pki.stamp(query(), generation=1)) == ("rejection", {"time_not_available"})
    refused("unknown-generation", pki.stamp, query(), generation=99)


def test_before_its_first_day_it_stamps_nothing(pki, clock):
    clock.move(days=-2)
    assert failure(pki.stamp(query())) == ("rejection", {"time_not_available"})


async def test_the_service_answers_get_and_post_and_gives_its_own_certificates(tmp_path):
    async with pki_world(tmp_path) as world, httpx.AsyncClient(base_url=world.url, trust_env=False) as client:
        one = certified(world.pki)
        asked = request_for(parsed(one.certificate), parsed(one.chain[0]))
        kind = {"content-type": "application/ocsp-request"}
        posted = await client.post("/ocsp/signers", content=asked, headers=kind)
        got = await client.get(f"/ocsp/signers/{base64.b64encode(asked).decode().replace('/', '%2F')}")
        for answer in (posted, got):
            assert answer.headers["content-type"] == "application/ocsp-response"
            found = ocsp.load_der_ocsp_response(answer.content)
            assert found.certificate_status is ocsp.OCSPCertStatus.GOOD
        assert (await client.get("/ca/signers.cer")).content == one.chain[0]
        assert (await client.get("/crl/signers.crl")).headers["content-type"] == "application/pkix-crl"
        assert (await client.get("/crl/nobody.crl")).status_code == 404
        assert (await client.post("/ocsp/signers", content=asked)).status_code == 415
        assert (
            await client.post("/tsa", content=b"x" * 70_000, headers={"content-type": "application/timestamp-query"})
        ).status_code == 413
        assert (await client.get("/healthz")).json() == {"generation": 1}


async def test_certificates_are_issued_to_whoever_has_the_token_and_proves_the_key(tmp_path):
    async with pki_world(tmp_path) as world:
        issuer = CertificateIssuer(world.url, token=world.pki.token, network=world.network)
        key = ec.generate_private_key(ec.SECP256R1())
        issued = await issuer.issue(key, common_name="署名者1", organisation="会社", lives=timedelta(days=3))
        assert parsed(issued.certificate.dump()).public_key() == key.public_key()
        assert issued.certificate.subject.native["common_name"] == "署名者1"
        assert [one.dump() for one in issued.chain] == list(world.pki.credential("platform").chain)
        loaded = pkcs12.load_key_and_certificates(await issuer.credential("platform"), world.pki.password.encode())
        assert loaded[1] is not None
        assert loaded[1].public_bytes(Encoding.DER) == world.pki.credential("platform").certificate
        with pytest.raises(IssueRefused) as caught:
            await issuer.issue(key, common_name="x", organisation="y", lives=timedelta(days=4000))
        assert caught.value.code == "rejected"


async def test_without_the_token_nothing_is_issued_or_revoked(tmp_path):
    async with pki_world(tmp_path) as world, httpx.AsyncClient(base_url=world.url, trust_env=False) as client:
        wrong = ("", "Bearer no", "Bearer é", f"Basic {world.pki.token}")
        for given in (httpx.Headers([(b"authorization", value.encode())]) for value in wrong):
            for path in ("/certificates", "/revocations"):
                assert (await client.post(path, content=b"{}", headers=given)).status_code == 403
            assert (await client.get("/credentials/platform.p12", headers=given)).status_code == 403
        allowed = {"authorization": f"Bearer {world.pki.token}"}
        assert (await client.post("/certificates", content=b"{}", headers=allowed)).status_code == 400
        assert (await client.get("/credentials/nobody.p12", headers=allowed)).status_code == 404
        unusable = {"csr": "no", "common_name": "x", "organisation": "y", "lives_seconds": 1}
        assert (await client.post("/certificates", json=unusable, headers=allowed)).status_code == 400
        assert (await client.post("/revocations", json={"certificate": "no"}, headers=allowed)).status_code == 400
        one = parsed(certified(world.pki).certificate).public_bytes(Encoding.PEM).decode()
        assert (await client.post("/revocations", json={"certificate": one}, headers=allowed)).status_code == 204
