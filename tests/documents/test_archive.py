"""Archives: made only when they will last, carried from one generation of time stamps to the next, never too late."""

import asyncio
import logging
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing import pyhanko_overrides
from signing.archive import (
    Archived,
    ArchiveRefused,
    archive_state,
    augment,
    judge,
    judge_future,
    renew,
    renew_before,
)
from signing.network import Network, RevocationUnknown, StampRefused, TimeStamps
from signing.network.revocation import RevocationFetcher
from signing.trust import Sunset, Sunsets, Trust
from tests.documents.pki_world import NAME, START, MovedClock, pki_world
from tests.documents.signed_contract import draft, signed_contract, signer

SUNSET_2035 = Sunsets(entries=(Sunset(algorithm="sha256", at=datetime(2035, 1, 1, tzinfo=UTC)),))


@pytest.fixture(autouse=True)
def quiet():
    """pyHanko tells of each step it tries with a traceback."""
    before = {name: logging.getLogger(name).level for name in ("pyhanko", "pyhanko_certvalidator")}
    for name in before:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@dataclass
class Made:
    """What most tests begin with: a PKI's folder, the day of the last signature, and the files of that day."""

    folder: Path
    at: datetime
    signed: bytes
    archived: Archived


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    return asyncio.run(_made(folder))


async def _made(folder):
    clock = MovedClock()
    with pyhanko_overrides.installed(clock):
        async with pki_world(folder, clock=clock) as world:
            signed = await signed_contract(world)
            return Made(folder, clock.now(), signed, await archived(world, signed))


@pytest.fixture
async def world(made, tmp_path):
    """The PKI of that day, ten minutes later: new enough for its status to be known."""
    shutil.copytree(made.folder, tmp_path, dirs_exist_ok=True)
    clock = MovedClock(made.at + timedelta(minutes=10))
    with pyhanko_overrides.installed(clock):
        async with pki_world(tmp_path, clock=clock) as opened:
            yield opened


def means(world, *, sunsets=None, **other):
    return {
        "trust": world.trust(sunsets),
        "stamps": world.stamps,
        "revocation": world.revocation,
        "clock": world.clock,
    } | other


async def archived(world, pdf, **other):
    world.clock.move(minutes=10)
    return await augment(pdf, **means(world, **other))


async def renewed(world, pdf, *, algorithm="sha512", sunsets=None):
    await world.stamps.certificate()  # so that a new generation is known when trust is read
    return await renew(pdf, algorithm=algorithm, **means(world, sunsets=sunsets))


async def verdicts(world, pdf, trust=None):
    found = await judge(pdf, trust=trust or world.trust(), revocation=world.revocation, clock=world.clock)
    return {one.field: one.code or "passed" for one in found}


async def refused(doing, code):
    with pytest.raises(ArchiveRefused) as caught:
        await doing
    assert caught.value.code == code, caught.value
    return caught.value


ALL_PASSED = {"Platform": "passed", "Party1": "passed", "Party2": "passed"}


async def test_a_contract_signed_in_2026_is_valid_in_2056_because_the_state_said_when_to_renew(made, world):
    one = made.archived
    before = archive_state(one.pdf)
    assert (before.level, before.generation) == ("B-LTA", 1)
    generations = []
    while (due := renew_before(archive_state(one.pdf), Sunsets())) < datetime(2056, 11, 24, tzinfo=UTC):
        world.clock.at = due
        old = one.pdf
        one = await renewed(world, old)
        assert one.pdf.startswith(old)
        generations.append(one.stamp.authority)
    assert len(set(generations)) == len(generations) == 2
    world.clock.at = datetime(2056, 11, 24, tzinfo=UTC)
    assert await verdicts(world, one.pdf) == ALL_PASSED
    signed = await judge(one.pdf, trust=world.trust(), revocation=world.revocation, clock=world.clock)
    assert {judgement.signed_by.year for judgement in signed if judgement.signed_by} == {2026}


async def test_one_renewal_skipped_and_nothing_shows_it_any_more(made, world):
    one = made.archived
    world.clock.at = one.stamp.not_after + timedelta(days=1)
    await world.stamps.certificate()
    assert set((await verdicts(world, one.pdf)).values()) == {"NO_POE"}


async def test_too_late_is_refused_and_not_made_worse(made, world):
    one = made.archived
    world.clock.at = one.stamp.not_after
    assert "2038" in str(await refused(renewed(world, one.pdf), "too-late"))


async def test_the_last_moment_is_not_too_late(made, world):
    one = made.archived
    world.clock.at = one.stamp.not_after - timedelta(seconds=1)
    assert (await renewed(world, one.pdf)).state.generation == 2


async def test_the_status_of_a_signer_must_be_from_after_the_signature(made, world):
    pdf, world.clock.at = made.signed, made.at
    waiting = await refused(augment(pdf, **means(world)), "not-yet")
    assert waiting.try_again_at == world.clock.now() + timedelta(minutes=10)
    world.clock.at = waiting.try_again_at
    assert (await augment(pdf, **means(world))).level == "B-LTA"


class ListsOnly(RevocationFetcher):
    """An authority without responders: every status comes from its daily list."""

    async def response(self, *_, **__):
        raise RevocationUnknown("unreachable", "no responder")


async def test_with_lists_only_the_next_list_is_waited_for_and_lasts_as_long(made, world):
    """As with the authorities of governments (LGPKI), who publish lists and have no responders for signers."""
    lists = {"revocation": ListsOnly(world.network, world.clock)}
    waiting = await refused(augment(made.signed, **means(world, **lists)), "not-yet")
    assert waiting.try_again_at == world.clock.now() + timedelta(hours=6)
    world.clock.move(days=1)
    one = await augment(made.signed, **means(world, **lists))
    world.clock.at = one.renew_before
    await world.stamps.certificate()
    one = await renew(one.pdf, algorithm="sha512", **means(world, **lists))
    world.clock.at = datetime(2048, 1, 1, tzinfo=UTC)
    assert await verdicts(world, one.pdf) == ALL_PASSED


async def test_one_revision_is_added_and_nothing_before_it_changes(made, world):
    one = made.archived
    pdf = made.signed
    assert one.pdf.startswith(pdf)
    assert one.pdf[len(pdf) :].count(b"startxref") == 1
    assert one.renew_before == one.stamp.not_after - timedelta(days=90)


async def test_a_short_lived_certificate_may_end_once_its_status_is_in_the_file(world):
    company = signer(world, lives=timedelta(days=7))
    one = await archived(world, await signed_contract(world, company=company))
    world.clock.move(days=30)
    assert await verdicts(world, one.pdf) == ALL_PASSED


async def test_a_certificate_that_ended_before_its_status_was_collected_is_told(world):
    company = signer(world, lives=timedelta(days=3))
    pdf = await signed_contract(world, company=company)
    assert archive_state(pdf).augment_before < world.clock.now()
    world.clock.move(minutes=10)
    await refused(augment(pdf, **means(world)), "signer-ended")


async def test_a_revoked_signer_is_told(world):
    company = signer(world)
    pdf = await signed_contract(world, company=company)
    world.pki.revoke(company.certificate.dump())
    world.clock.move(minutes=10)
    await refused(augment(pdf, **means(world)), "revoked")


async def test_a_revocation_after_the_archive_was_made_changes_nothing(world):
    company = signer(world)
    one = await archived(world, await signed_contract(world, company=company))
    world.clock.move(days=1)
    world.pki.revoke(company.certificate.dump())
    world.clock.move(days=1)
    assert (await verdicts(world, one.pdf))["Party1"] == "passed"


async def test_signers_of_whom_we_know_nothing_are_not_archived(made, world, tmp_path):
    pdf = made.signed
    stranger = Trust.of([], world.pki.tsa_roots)
    await refused(augment(pdf, **means(world, trust=stranger)), "not-valid")


async def test_a_signers_anchor_is_no_anchor_of_time_stamps(made, world):
    one = made.archived
    swapped = Trust.of(world.pki.tsa_roots, world.pki.signer_roots)
    assert "passed" not in (await verdicts(world, one.pdf, trust=swapped)).values()


async def test_an_authority_with_a_root_nobody_trusts_yet_is_told(made, world):
    one = made.archived
    trust = world.trust()
    world.clock.at = one.renew_before
    with pytest.raises(StampRefused) as caught:
        await renew(one.pdf, algorithm="sha256", **means(world, trust=trust))
    assert (caught.value.code, caught.value.temporary) == ("untrusted", True)


async def test_an_authority_that_changes_its_certificate_meanwhile_is_asked_again(made, world):
    await world.stamps.certificate()
    before = world.stamps.last
    world.clock.at = world.pki.generation().until + timedelta(seconds=1)
    world.pki.generation()
    world.stamps._last = replace(before, at=world.clock.now())
    with pytest.raises(StampRefused) as caught:
        await renew(made.archived.pdf, algorithm="sha256", **means(world))
    assert caught.value.code == "mismatch"
    assert (await renew(made.archived.pdf, algorithm="sha256", **means(world))).state.generation == 2


async def test_while_the_authority_is_away_nothing_is_made(made, world):
    pdf = made.signed
    away = TimeStamps("http://127.0.0.1:1/tsa", network=world.network, clock=world.clock)
    with pytest.raises(StampRefused) as caught:
        await augment(pdf, **means(world, stamps=away))
    assert (caught.value.code, caught.value.temporary) == ("unreachable", True)


async def test_while_nobody_answers_for_revocation_nothing_is_made(made, world):
    pdf = made.signed
    silent = RevocationFetcher(Network(allowed_hosts=("elsewhere.example.test",)), world.clock)
    with pytest.raises(RevocationUnknown) as caught:
        await augment(pdf, **means(world, revocation=silent))
    assert caught.value.code == "host-not-allowed"


async def test_a_renewal_that_nobody_answers_about_waits_and_is_not_refused(made, world):
    world.clock.at = made.archived.renew_before
    await world.stamps.certificate()
    async with Network(allowed_hosts=(NAME,), moved={NAME: "127.0.0.1:1"}) as nowhere:
        silent = RevocationFetcher(nowhere, world.clock)
        with pytest.raises(RevocationUnknown):
            await renew(made.archived.pdf, algorithm="sha512", **means(world, revocation=silent))


async def test_a_changed_byte_is_not_archived(made, world):
    pdf = bytearray(made.signed)
    pdf[pdf.index(b"/MediaBox") + 12] ^= 1
    await refused(augment(bytes(pdf), **means(world)), "not-valid")


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7", b"no", b"%PDF-1.7\nstartxref\n0\n%%EOF"])
async def test_what_is_no_pdf_is_unreadable(world, pdf):
    await refused(augment(pdf, **means(world)), "unreadable")
    with pytest.raises(ArchiveRefused):
        archive_state(pdf)


async def test_a_file_without_signatures_has_no_archive(world):
    await refused(augment(draft(), **means(world)), "unsigned")


async def test_only_an_archive_is_renewed(made, world):
    await refused(renewed(world, made.signed), "no-archive-stamp")


async def test_the_end_of_an_algorithm_brings_renewal_forward(made, world):
    one = made.archived
    assert renew_before(one.state, SUNSET_2035).date() == datetime(2034, 10, 3, tzinfo=UTC).date()
    world.clock.at = renew_before(one.state, SUNSET_2035)
    again = await renewed(world, one.pdf, sunsets=SUNSET_2035)
    assert again.stamp.imprint == "sha512"
    assert again.renew_before > datetime(2040, 1, 1, tzinfo=UTC)
    world.clock.at = datetime(2036, 1, 1, tzinfo=UTC)
    await world.stamps.certificate()
    assert await verdicts(world, again.pdf, world.trust(SUNSET_2035)) == ALL_PASSED
    assert "passed" not in (await verdicts(world, one.pdf, world.trust(SUNSET_2035))).values()


async def test_an_ended_algorithm_makes_no_archive_and_no_renewal(made, world):
    one = made.archived
    world.clock.at = datetime(2035, 1, 1, tzinfo=UTC)
    await refused(renewed(world, one.pdf, sunsets=SUNSET_2035), "too-late")
    await refused(augment(one.pdf, **means(world, sunsets=SUNSET_2035)), "algorithm-ended")
    world.clock.at = datetime(2034, 12, 1, tzinfo=UTC)
    assert Sunsets().strongest(("sha256", "sha512"), START) == "sha256"
    assert SUNSET_2035.strongest(("sha256", "sha512"), START) == "sha512"


async def test_what_was_collected_before_the_last_signature_does_not_last(made, world):
    """What a file with B-T alone holds shows nothing once certificates have ended."""
    one = made.archived
    assert archive_state(one.pdf).level == "B-LTA"
    future = await judge_future(one.pdf, trust=world.trust(), at=datetime(2040, 1, 1, tzinfo=UTC), clock=world.clock)
    assert all(judgement.passed for judgement in future)
    future = await judge_future(
        made.signed, trust=world.trust(), at=datetime(2040, 1, 1, tzinfo=UTC), clock=world.clock
    )
    assert not any(judgement.passed for judgement in future)


async def test_a_chain_whose_issuing_authority_ends_needs_it_as_the_anchor(made, world):
    """pyHanko calls an intermediate that has ended a general failure (ADR 0020): the gate tells years before."""
    later = datetime(2075, 1, 1, tzinfo=UTC)  # the issuing authority ends in 2071
    beside = Trust.of([*world.pki.signer_roots, world.pki.certificate("signers")], world.pki.tsa_roots)
    for trust, passed in ((world.trust(), False), (beside, True)):
        future = await judge_future(made.archived.pdf, trust=trust, at=later, clock=world.clock)
        assert {judgement.passed for judgement in future} == {passed}


async def test_without_the_override_no_verdict_is_given(made, world):
    with pyhanko_overrides.installed(MovedClock(START + timedelta(days=900))), pytest.raises(RuntimeError):
        await judge(made.signed, trust=world.trust(), revocation=None, clock=world.clock)
