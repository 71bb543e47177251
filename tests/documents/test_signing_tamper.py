"""The tamper matrix of ADR 0018: any order of signing stands, and whatever is changed afterwards is noticed.

pyHanko's verdict is taken by its default policy. Three changes pass it, which the verifier of contracts notices.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO
from itertools import permutations

import pytest
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pades import read_layout
from signing.trust import Trust
from signing.verification import verify
from tests.documents.signing_attacks import ANYTIME, on_open, on_signed
from tests.documents.signing_ceremony import Ceremony
from tests.documents.signing_changes import Attack
from tests.documents.signing_world import NOW, public_pem

PASSES_PYHANKO = {"need appearances", "invisible signature field", "metadata"}
UNCERTIFIED = {"platform: field removed", "platform: value gone"}
"""Before any party signed, nothing signed is left to notice these; but then the file is not certified any more."""


@pytest.fixture(scope="module")
def ceremony() -> Ceremony:
    return Ceremony()


@pytest.fixture(autouse=True)
def quiet() -> Iterable[None]:
    """pyHanko logs what it rejects, with tracebacks."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def attacks_on(signed: Iterable[int], open_: Iterable[int]) -> dict[str, Attack]:
    """All that may be tried where some have signed and others have not."""
    last = f"Party{max(signed)}" if signed else "Platform"
    found = dict(ANYTIME)
    for party in signed:
        found |= {f"Party{party} {name}": attack for name, attack in on_signed(f"Party{party}").items()}
    for party in open_:
        found |= {f"Party{party} {name}": attack for name, attack in on_open(f"Party{party}", last).items()}
    return found


async def unnoticed(ceremony: Ceremony, pdf: bytes, attacks: dict[str, Attack]) -> set[str]:
    """The attacks after which pyHanko finds every signature good."""
    passed = set()
    for name, attack in attacks.items():
        changed = attack(pdf)
        assert changed.startswith(pdf), name
        try:
            good = await ceremony.holds(changed)
        except (PdfError, ValueError):
            good = False
        if good:
            passed.add(name)
    return passed


async def test_every_attack_on_a_contract_that_one_of_two_has_signed(ceremony: Ceremony) -> None:
    _, half = await ceremony.stages(2, (2,))
    assert await unnoticed(ceremony, half, attacks_on((2,), (1,))) == PASSES_PYHANKO


class AnHourLater:
    """The clock of the verifier."""

    def now(self) -> datetime:
        return NOW + timedelta(hours=1)


@pytest.mark.parametrize("name", sorted(PASSES_PYHANKO | UNCERTIFIED))
async def test_what_pyhanko_lets_pass_the_verifier_of_contracts_does_not(ceremony: Ceremony, name: str) -> None:
    certified = await ceremony.certified(1)
    pdf = certified if name in UNCERTIFIED else (await ceremony.signed(certified, 1)).pdf
    root = public_pem(ceremony.world.root)
    clean = await verify(pdf, trust=Trust.of([root], [root]), clock=AnHourLater())
    changed = await verify(ANYTIME[name](pdf), trust=Trust.of([root], [root]), clock=AnHourLater())
    assert not clean.changed_after_signing
    assert {each.code for each in clean.reasons if each.effect != "note"} <= {"party-unsigned"}
    assert (changed.verdict, changed.changed_after_signing) == ("invalid", True)


async def test_a_file_robbed_of_its_certification_is_not_certified(ceremony: Ceremony) -> None:
    certified = await ceremony.certified(1)
    assert read_layout(PdfFileReader(BytesIO(certified))).certified
    assert not read_layout(PdfFileReader(BytesIO(ANYTIME["platform: value gone"](certified)))).certified
    assert not read_layout(PdfFileReader(BytesIO(ANYTIME["permissions gone"](certified)))).certified


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
async def test_three_parties_sign_in_any_order(ceremony: Ceremony, order: tuple[int, ...]) -> None:
    for pdf in await ceremony.stages(3, order):
        found = await ceremony.verdicts(pdf)
        assert all(each.bottom_line for each in found.values())
        assert {each.modification_level.name for each in found.values()} <= {"NONE", "FORM_FILLING"}
    assert len(found) == 4


async def test_the_archive_and_its_renewal_break_nothing_and_hide_nothing(ceremony: Ceremony) -> None:
    *_, whole = await ceremony.stages(2, (1, 2))
    renewed = await ceremony.archived(await ceremony.archived(whole))
    found = await ceremony.verdicts(renewed)
    assert {name: each.bottom_line for name, each in found.items()} == dict.fromkeys(
        ("Platform", "Party1", "Party2"), True
    )
    assert found["Party2"].modification_level.name == "LTA_UPDATES"
    few = {name: ANYTIME[name] for name in ("overlay", "attachment", "free text", "permissions gone")}
    assert not await unnoticed(ceremony, renewed, few)


async def test_a_party_may_sign_after_an_archive_time_stamp(ceremony: Ceremony) -> None:
    *_, half = await ceremony.stages(2, (2,))
    whole = (await ceremony.signed(await ceremony.archived(half), 1)).pdf
    assert await ceremony.holds(whole)


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("count", [2, 3, 4, 5])
async def test_every_order_of_signing_stands_archived_and_renewed(ceremony: Ceremony, count: int) -> None:
    for number, order in enumerate(permutations(range(1, count + 1))):
        *_, whole = await ceremony.stages(count, order)
        assert await ceremony.holds(whole), order
        if number % 24 == 0:
            assert await ceremony.holds(await ceremony.archived(await ceremony.archived(whole))), order


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("order", [(2, 1), (1, 2), (3, 1, 2), (4, 2, 1, 3), (2, 4, 1, 5, 3)])
async def test_every_attack_at_every_stage_of_every_size(ceremony: Ceremony, order: tuple[int, ...]) -> None:
    for done, pdf in enumerate(await ceremony.stages(len(order), order)):
        expected = PASSES_PYHANKO if done else PASSES_PYHANKO | UNCERTIFIED
        assert await unnoticed(ceremony, pdf, attacks_on(order[:done], order[done:])) == expected, (order, done)
