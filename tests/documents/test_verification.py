"""The verdict: the exit codes, trust and time, what an archive proves, and that nothing escapes the sandbox."""

import asyncio
import io
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader

from signing import pyhanko_overrides
from signing.archive import archive_state, augment, judge, renew, renew_before
from signing.inspection import REASONS, SIGNED
from signing.trust import Sunset, Sunsets, Trust
from signing.verification import EXIT_CODES, Report, verify
from signing.verification.reasons import KINDS
from tests.documents.hostile_uploads import BOMBS
from tests.documents.pki_world import MovedClock, pki_world
from tests.documents.signed_contract import signed_contract
from tests.documents.signed_files import (
    LATER,
    NOBODY,
    At,
    codes,
    elsewhere,
    judged,
    other_signer,
    own_contract,
    signed_elsewhere,
    stamped_elsewhere,
    trust,
)
from tests.documents.signing_world import NOW, World, asn1, contract, private_key

SECONDS_MAX = 15.0


def verdict(pdf: bytes, **others: Trust) -> Report:
    """The verdict as everybody gets it: from the sandbox."""
    return asyncio.run(verify(pdf, trust=others.get("trust", trust()), clock=At()))


def test_every_reason_has_a_sentence_and_an_effect() -> None:
    assert KINDS.keys() >= REASONS.keys()
    assert all(each.message_ja.endswith("。") for each in KINDS.values())
    assert {each.effect for each in KINDS.values()} == {
        "unreadable", "invalid", "changed", "untrusted", "unsigned", "note",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pdf", "whom", "expected", "code"),
    [
        (own_contract(), trust(), "valid", 0),
        (own_contract(), NOBODY, "untrusted", 3),
        (own_contract()[:-9] + b"\0" * 9, trust(), "unreadable", 2),
        (own_contract() + b"more", trust(), "invalid", 1),
        (contract(), trust(), "unsigned", 4),
        (b"", trust(), "unreadable", 2),
        (b"no PDF at all", trust(), "unreadable", 2),
    ],
    ids=["valid", "untrusted", "damaged", "changed", "unsigned", "empty", "text"],
)
def test_each_verdict_has_its_exit_code(pdf: bytes, whom: Trust, expected: str, code: int) -> None:
    report = verdict(pdf, trust=whom)
    assert (report.verdict, report.exit_code) == (expected, code), report.reasons
    assert EXIT_CODES[report.verdict] == code
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_unreadable_in_time(name: str) -> None:
    pdf, began = BOMBS[name](), time.monotonic()
    report = verdict(pdf)
    assert report.verdict == "unreadable"
    assert time.monotonic() - began < SECONDS_MAX


def test_a_file_beyond_all_limits_is_not_even_handed_over() -> None:
    report = verdict(b"%PDF-1.7 " + b" " * SIGNED.bytes_max)
    assert codes(report) == {"too-large"}


# who signed, and when


def test_a_contract_of_ours_shows_each_signature() -> None:
    report = judged(own_contract())
    kinds = [(each.kind, each.fields, each.level, each.locked, each.permissions) for each in report.signatures]
    assert kinds == [
        ("certification", ("Platform",), "B-T", True, 2),
        ("approval", ("Party1",), "B-T", True, None),
        ("approval", ("Party2",), "B-T", True, None),
    ]
    assert {each.signed_at for each in report.signatures} == {NOW}
    assert report.signatures[1].instruction_sha256 is not None
    assert report.signatures[-1].whole_file


def test_whoever_has_not_signed_yet_is_named() -> None:
    report = judged(own_contract(2, 1))
    assert [(each.code, each.field) for each in report.reasons] == [("party-unsigned", "Party2")]
    assert report.verdict == "invalid"  # 地方自治法234条5項: no contract before everybody has signed


def test_a_signature_in_two_fields_is_one_signature() -> None:
    from tests.documents.hostile_pdfs import APPENDED

    report = judged(APPENDED["signature shown in a second field"](own_contract()))
    assert [each.fields for each in report.signatures][-1] == ("Party2", "Somebody")
    assert report.verdict == "invalid"


def test_others_ca_given_by_name_is_enough() -> None:
    report = judged(elsewhere())
    assert (report.verdict, codes(report)) == ("valid", {"no-timestamp"})
    assert report.signatures[0].claimed_at is not None
    assert report.signatures[0].signed_at is None


def test_an_unknown_ca_is_untrusted_not_invalid() -> None:
    stranger = World(root_key=private_key("p256", 91), ca_key=private_key("p256", 92))
    report = judged(elsewhere(), whom=Trust(signers=(asn1(stranger.root),), tsas=()))
    assert (report.verdict, report.changed_after_signing) == ("untrusted", False)


def test_anchors_of_signers_do_not_count_for_time_stamps() -> None:
    report = judged(own_contract(), whom=Trust(signers=trust().signers, tsas=()))
    assert (report.verdict, codes(report)) == ("untrusted", {"timestamp-untrusted"})


def test_a_certificate_that_had_ended_is_untrusted() -> None:
    report = judged(elsewhere(), at=datetime(2030, 1, 1, tzinfo=UTC))
    assert (report.verdict, codes(report)) == ("untrusted", {"certificate-expired", "no-timestamp"})


def test_a_certificate_for_something_else_is_untrusted() -> None:
    signer = other_signer("暗号用", "p384", usage=("key_agreement",))
    assert "certificate-usage" in codes(judged(signed_elsewhere(contract(), signer=signer)))


def test_an_algorithm_past_its_last_day_is_untrusted() -> None:
    ended = Sunsets(entries=(Sunset(algorithm="sha256", at=LATER - timedelta(minutes=1)),))
    report = judged(elsewhere(), whom=Trust(signers=trust().signers, tsas=trust().tsas, sunsets=ended))
    assert (report.verdict, codes(report)) == ("untrusted", {"algorithm-weak", "no-timestamp"})


def test_a_time_stamp_taken_from_another_signature_is_wrong() -> None:
    """The token is put in place of the other's, byte for byte: it is good, and over something else."""
    pdf = own_contract(stamped_by="rsa2048")
    one, other = (_token(pdf, number) for number in (-1, -2))
    assert len(one) == len(other), "made by the same authority at the same time"
    at = pdf.rindex(one.hex().encode()) if one.hex().encode() in pdf else pdf.rindex(one.hex().upper().encode())
    digits = other.hex().upper() if pdf[at : at + 400].isupper() else other.hex()
    report = judged(pdf[:at] + digits.encode() + pdf[at + len(digits) :])
    assert "timestamp-wrong" in codes(report)


def _token(pdf: bytes, number: int) -> bytes:
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[number]
    for attribute in signature.signer_info["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            token: cms.ContentInfo = attribute["values"][0]
            return bytes(token.dump())
    raise AssertionError("no token")


def test_a_document_time_stamp_of_others_proves_the_time() -> None:
    """No time stamp in the signature, one over the file, validation data between them: all by pyHanko alone."""
    report = judged(stamped_elsewhere(elsewhere()), at=datetime.now(UTC) + timedelta(minutes=5))
    assert (report.verdict, codes(report)) == ("valid", set())
    signature, stamp = report.signatures
    assert (signature.level, signature.signed_at) == ("B-LTA", stamp.signed_at)


# the network, and the archive


async def test_revocation_is_asked_for_where_the_file_brings_none(tmp_path: Path) -> None:
    clock = MovedClock()
    with pyhanko_overrides.installed(clock):
        async with pki_world(tmp_path, clock=clock) as world:
            pdf = await signed_contract(world)
            clock.move(minutes=10)
            online = await verify(pdf, trust=world.trust(), clock=clock, network=world.revocation)
            offline = await verify(pdf, trust=world.trust(), clock=clock)
    assert (online.verdict, codes(online)) == ("valid", set())
    assert (offline.verdict, codes(offline)) == ("valid", {"revocation-unknown"})


@pytest.mark.timeout(180)
async def test_what_is_renewed_in_time_stays_valid_and_what_is_not_lapses(tmp_path: Path) -> None:
    """Without anybody to ask, years later; and the library's own validation of archives says the same."""
    clock = MovedClock()
    with pyhanko_overrides.installed(clock):
        async with pki_world(tmp_path, clock=clock) as world:
            means = {"stamps": world.stamps, "revocation": world.revocation, "clock": clock}
            signed = await signed_contract(world)
            clock.move(minutes=10)
            first = (await augment(signed, trust=world.trust(), **means)).pdf
            fresh = await verify(first, trust=world.trust(), clock=clock)
            clock.at = renew_before(archive_state(first), Sunsets()) - timedelta(days=1)
            world.pki.refresh()  # whoever runs it has the next authority's anchor before its first time stamp
            renewed = (await renew(first, trust=world.trust(), algorithm="sha512", **means)).pdf
            clock.move(days=800)
            later = await verify(renewed, trust=world.trust(), clock=clock)
            judgements = await judge(renewed, trust=world.trust(), revocation=world.revocation, clock=clock)
            lapsed = await verify(first, trust=world.trust(), clock=clock)
    assert (fresh.verdict, [each.level for each in fresh.signatures][:3]) == ("valid", ["B-LTA"] * 3), fresh.reasons
    assert (later.verdict, all(each.passed for each in judgements)) == ("valid", True), (later.reasons, judgements)
    assert {each.signed_at.year for each in later.signatures if each.kind != "timestamp" and each.signed_at} == {2026}
    assert later.archived_until is not None
    assert lapsed.verdict == "untrusted"
    assert "archive-lapsed" in codes(lapsed)
