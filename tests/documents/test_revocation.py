"""Revocation data over HTTP: from hosts that were named, kept until there is newer, fetched anew where it matters."""

import asyncio
from datetime import timedelta

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec

from signing.development_pki import DevelopmentPki, Publication, Subject
from signing.network import Limits, Network, RevocationFetcher, RevocationUnknown
from tests.documents.pki_world import NAME, MovedClock, pki_world


@pytest.fixture
async def world(tmp_path):
    async with pki_world(tmp_path) as made:
        yield made


@pytest.fixture
def signer(world):
    return issued(world.pki)


def issued(pki):
    """A signer's certificate, and its issuer's."""
    subject = Subject(common_name="署名者", organisation="会社")
    one = pki.issue(ec.generate_private_key(ec.SECP256R1()).public_key(), subject=subject, lives=timedelta(days=30))
    return x509.Certificate.load(one.certificate), x509.Certificate.load(one.chain[0])


def said(response):
    (status,) = response.basic_ocsp_response["tbs_response_data"]["responses"]
    return status["cert_status"].name, status["this_update"].native


async def test_a_responder_says_good_or_revoked_since_when(world, signer):
    certificate, issuer = signer
    assert said(await world.revocation.response(certificate, issuer))[0] == "good"
    world.clock.move(hours=1)
    world.pki.revoke(certificate.dump(), reason="superseded")
    assert said(await world.revocation.response(certificate, issuer, fresh=True))[0] == "revoked"


async def test_an_answer_is_kept_until_the_next_update_unless_a_fresh_one_is_asked_for(world, signer):
    certificate, issuer = signer
    first = await world.revocation.response(certificate, issuer)
    world.clock.move(hours=1)
    assert await world.revocation.response(certificate, issuer) is first
    newer = await world.revocation.response(certificate, issuer, fresh=True)
    assert said(newer)[1] == said(first)[1] + timedelta(hours=1)
    assert await world.revocation.response(certificate, issuer) is newer
    world.clock.move(hours=12)
    assert await world.revocation.response(certificate, issuer) is not newer


async def test_a_list_is_kept_for_all_certificates_of_its_authority(world, signer):
    first = await world.revocation.revocation_list(signer[0])
    assert await world.revocation.revocation_list(issued(world.pki)[0]) is first
    assert first["tbs_cert_list"]["next_update"].native - world.clock.now() > timedelta(days=6)
    world.clock.move(hours=13)  # half a day at most, whatever it says of itself
    assert await world.revocation.revocation_list(signer[0]) is not first


async def test_a_revoked_certificate_is_in_the_next_list(world, signer):
    certificate, _ = signer
    before = await world.revocation.revocation_list(certificate)
    world.clock.move(hours=1)
    world.pki.revoke(certificate.dump())
    after = await world.revocation.revocation_list(certificate, fresh=True)
    assert not before["tbs_cert_list"]["revoked_certificates"].native
    (entry,) = after["tbs_cert_list"]["revoked_certificates"]
    assert entry["user_certificate"].native == certificate.serial_number
    assert after.crl_number_value.native == before.crl_number_value.native + 1


async def refused(asking, code):
    with pytest.raises(RevocationUnknown) as caught:
        await asking
    assert caught.value.code == code


async def test_addresses_in_certificates_lead_to_named_hosts_only(tmp_path, signer):
    async with Network(allowed_hosts=("tsa.example.test",)) as network:
        fetcher = RevocationFetcher(network, MovedClock())
        await refused(fetcher.response(*signer), "host-not-allowed")
        await refused(fetcher.revocation_list(signer[0]), "host-not-allowed")


async def test_a_certificate_that_names_nobody_is_not_asked_about(world):
    root = x509.Certificate.load(world.pki.signer_roots[0])
    await refused(world.revocation.response(root, root), "mismatch")
    await refused(world.revocation.revocation_list(root), "mismatch")


async def test_a_responder_that_does_not_know_the_certificate_rejects(world, tmp_path):
    other = DevelopmentPki(tmp_path / "other", base_url=f"http://{NAME}", clock=world.clock)
    certificate, issuer = issued(other)
    await refused(world.revocation.response(certificate, issuer), "rejected")
    other.close()


async def test_too_long_a_list_is_cut(world, signer):
    limits = Limits(crl_bytes_max=100, ocsp_bytes_max=100)
    async with Network(allowed_hosts=(NAME,), limits=limits, moved={NAME: world.url.removeprefix("http://")}) as small:
        fetcher = RevocationFetcher(small, world.clock)
        await refused(fetcher.revocation_list(signer[0]), "too-large")
        await refused(fetcher.response(*signer), "too-large")


async def test_a_network_belongs_to_one_loop(world, signer):
    await world.revocation.response(*signer)

    def elsewhere():
        with pytest.raises(RuntimeError, match="another event loop"):
            asyncio.run(world.revocation.response(*signer, fresh=True))

    await asyncio.to_thread(elsewhere)


async def test_answers_are_as_old_as_they_are_published(tmp_path):
    publication = Publication(ocsp_every=timedelta(hours=2))
    async with pki_world(tmp_path, publication=publication) as world:
        certificate, issuer = issued(world.pki)
        world.clock.move(minutes=90)
        _, as_of = said(await world.revocation.response(certificate, issuer))
        assert world.clock.now() - as_of == timedelta(minutes=30)
