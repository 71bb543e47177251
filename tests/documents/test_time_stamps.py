"""Time stamps over HTTP: a token that is right, or the reason why there is none, and never another clock."""

import asyncio
import hashlib
import socket
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from asn1crypto import cms, tsp, x509
from cryptography.hazmat.primitives.asymmetric import ec

from signing.development_pki import time_stamping
from signing.development_pki.profiles import TIME_STAMP_POLICY, Subject
from signing.network import Limits, Network, StampRefused, TimeStamps
from tests.documents.pki_world import MovedClock, pki_world, served

DIGEST = hashlib.sha256(b"a contract").digest()


@pytest.fixture
async def world(tmp_path):
    async with pki_world(tmp_path) as made:
        yield made


@asynccontextmanager
async def answering(body=b"", *, status=200, kind="application/timestamp-reply", clock=None, headers=(), **limits):
    """A server that always answers the same (or what `body` makes of the request), and a client of it."""

    async def app(scope, receive, send):
        asked = b""
        while True:
            message = await receive()
            asked += message.get("body", b"")
            if not message.get("more_body"):
                break
        said = await body(asked) if callable(body) else body
        start = [(b"content-type", kind.encode()), *headers]
        await send({"type": "http.response.start", "status": status, "headers": start})
        await send({"type": "http.response.body", "body": said})

    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/tsa"
        async with (
            served(app, listener),
            Network(allowed_hosts=("127.0.0.1",), limits=Limits(**limits)) as network,
        ):
            yield TimeStamps(url, network=network, clock=clock or MovedClock())


async def refused(stamps, code, algorithm="sha256", digest=DIGEST):
    with pytest.raises(StampRefused) as caught:
        await stamps.stamp(digest, algorithm)
    assert caught.value.code == code, caught.value
    return caught.value


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
async def test_a_token_says_what_was_stamped_when_and_by_whom(world, algorithm):
    digest = hashlib.new(algorithm, b"a contract").digest()
    token = await world.stamps.token(digest, algorithm)
    assert token.at == world.clock.now()
    assert token.policy == TIME_STAMP_POLICY
    assert token.algorithm == algorithm
    assert token.certificate == await world.stamps.certificate()
    signer = token.content_info["content"]["signer_infos"][0]
    assert signer["digest_algorithm"]["algorithm"].native == algorithm
    assert {one["type"].native for one in signer["signed_attrs"]} == {
        "content_type",
        "message_digest",
        "signing_certificate_v2",
    }
    info = token.content_info["content"]["encap_content_info"]["content"].parsed
    assert info["accuracy"]["seconds"].native == 1


async def test_stamps_share_connections(world):
    await asyncio.gather(*(world.stamps.stamp(DIGEST, "sha256") for _ in range(20)))
    pool = world.network._session
    await world.stamps.stamp(DIGEST, "sha256")
    assert world.network._session is pool


async def test_an_authority_that_cannot_be_reached_gives_no_stamp(world):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    stamps = TimeStamps(f"http://127.0.0.1:{port}/tsa", network=world.network, clock=world.clock)
    assert (await refused(stamps, "unreachable")).temporary


async def test_an_authority_that_is_silent_gives_no_stamp():
    silent = asyncio.Event()

    async def never(_):
        await silent.wait()
        return b""

    async with answering(never, total_seconds=0.2) as stamps:
        await refused(stamps, "timed-out")
        silent.set()


@pytest.mark.parametrize(
    ("status", "code"), [(500, "unreachable"), (503, "unreachable"), (429, "unreachable"), (403, "rejected")]
)
async def test_a_status_is_told_apart_from_an_answer(status, code):
    async with answering(status=status) as stamps:
        await refused(stamps, code)


async def test_redirects_are_not_followed():
    async with answering(status=302, headers=[(b"location", b"http://169.254.169.254/")]) as stamps:
        await refused(stamps, "rejected")


async def test_hosts_that_nobody_named_are_not_asked(world):
    for url in (
        "http://example.test/tsa",
        "http://127.0.0.1.example.test/tsa",
        "http://user@127.0.0.1/tsa",
        "file:///etc/passwd",
        "http://[::1]/tsa",
        "http://127.0.0.1:99999/tsa",
    ):
        stamps = TimeStamps(url, network=world.network, clock=world.clock)
        assert not (await refused(stamps, "host-not-allowed")).temporary


async def test_a_port_can_be_named_too():
    network = Network(allowed_hosts=("tsa.example.test:8443", "other.example.test"))
    assert network.allows("https://tsa.example.test:8443/x")
    assert not network.allows("https://tsa.example.test/x")
    assert network.allows("https://OTHER.example.test/x")


@pytest.mark.parametrize("failure", sorted(time_stamping.FAILURES))
async def test_a_rejection_without_a_token_is_a_rejection(failure):
    async with answering(time_stamping.rejection(failure, "いいえ")) as stamps:
        told = str(await refused(stamps, "rejected"))
        assert "いいえ" in told
        assert failure in told


@pytest.mark.parametrize("body", [b"", b"no", b"\x30\x03\x02\x01\x00", b"\x30\x05\x30\x03\x02\x01\x00", b"\x30\x80"])
async def test_what_is_no_reply_is_malformed(body):
    async with answering(body) as stamps:
        await refused(stamps, "malformed")


async def test_another_media_type_is_malformed():
    async with answering(b"<html>", kind="text/html") as stamps:
        await refused(stamps, "malformed")


async def test_an_endless_reply_is_cut():
    async with answering(b"0" * 100_000, stamp_bytes_max=1000) as stamps:
        await refused(stamps, "too-large")


def changed(pki, change):
    """A server whose replies differ in one thing from what the authority says."""

    async def reply(asked):
        return change(pki, tsp.TimeStampReq.load(asked))

    return reply


def another_hash(pki, request):
    request["message_imprint"]["hashed_message"] = hashlib.sha256(b"another").digest()
    return pki.stamp(request.dump(force=True))


def another_nonce(pki, request):
    request["nonce"] = 7
    return pki.stamp(request.dump(force=True))


def no_certificate(pki, request):
    request["cert_req"] = False
    return pki.stamp(request.dump(force=True))


def flipped(pki, request):
    answer = bytearray(pki.stamp(request.dump()))
    answer[-3] ^= 1
    return bytes(answer)


def another_time(pki, request):
    pki.clock.move(hours=1)
    return pki.stamp(request.dump())


def another_purpose(pki, request):
    """A signer's certificate makes the token."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = Subject(common_name="x", organisation="y")
    issued = pki.issue(key.public_key(), subject=subject, lives=timedelta(days=1))
    return as_authority(key, issued.certificate).answer(request.dump(), pki.clock.now())


def as_authority(key, certificate):
    from signing.development_pki.keys import stored
    from signing.development_pki.register import Entity
    from signing.development_pki.time_stamping import TimeStampAuthority

    entity = Entity(name="x", key=stored(key), certificate=certificate, made_at=MovedClock().now())
    return TimeStampAuthority(entity)


def another_certificate(pki, request):
    """The same key, certified again: the signature is right, but over the name of the first certificate."""
    answer = tsp.TimeStampResp.load(pki.stamp(request.dump()))
    signed = answer["time_stamp_token"]["content"]
    (brought,) = signed["certificates"]
    again = x509.Certificate.load(brought.chosen.dump())
    again["tbs_certificate"]["validity"]["not_after"] = x509.Time({"general_time": pki.clock.now().replace(year=2060)})
    signed["certificates"] = [again]
    return answer.dump(force=True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (another_hash, "mismatch"),
        (another_nonce, "mismatch"),
        (another_time, "mismatch"),
        (another_purpose, "mismatch"),
        (no_certificate, "malformed"),
        (another_certificate, "malformed"),
        (flipped, "malformed"),
    ],
)
async def test_a_token_about_something_else_is_refused(world, change, code):
    async with answering(changed(world.pki, change)) as stamps:
        await refused(stamps, code)


async def test_only_the_policy_that_was_agreed_is_taken(world):
    stamps = TimeStamps(world.stamps.url, network=world.network, clock=world.clock, policy="1.2.3")
    await refused(stamps, "mismatch")


async def test_the_authority_refuses_what_it_does_not_know(world):
    await refused(world.stamps, "rejected", algorithm="sha1", digest=bytes(20))
    await refused(world.stamps, "rejected", algorithm="sha512", digest=DIGEST)


async def test_no_token_is_made_after_the_certificate_of_a_generation_ended(world):
    first = TimeStamps(f"{world.stamps.url}/1", network=world.network, clock=world.clock)
    await first.stamp(DIGEST, "sha256")
    world.clock.move(days=12 * 365)
    assert "time_not_available" in str(await refused(first, "rejected"))
    await world.stamps.stamp(DIGEST, "sha256")


async def test_a_new_generation_is_noticed(world):
    before = await world.stamps.certificate()
    world.clock.move(days=500)
    assert await world.stamps.certificate() != before


async def test_a_token_is_a_cms_object(world):
    token = await world.stamps.stamp(DIGEST, "sha256")
    assert isinstance(token, cms.ContentInfo)
    assert cms.ContentInfo.load(token.dump()).native == token.native
