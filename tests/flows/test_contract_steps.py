"""Steps outside the ledger while something is away, while people go on, and with signers' own keys (ADR 0024)."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.service import RPCError

from domain.contract import commands
from domain.contract.facts import StepBegun, StepRefused
from kessai.settings import Settings
from kessai.signing_keys import development_issuer, signing_keys
from kessai.trusting import network_of
from signing.archive import archive_state
from signing.keys import LoadedKey
from tests.documents.signing_world import asn1, certificate, private_key
from tests.flows.contract_world import OFFICER, SIGNING_POST, Office, contracting
from tests.flows.prefecture import eventually

pytestmark = pytest.mark.timeout(300)  # whole lives of contracts, on a machine that may be busy
LEASE_OVER = timedelta(minutes=31)


@dataclass
class Doorkeeper:
    """Stands before the PKI and may keep everybody away from the time stamp authority."""

    app: Any = None
    closed: bool = False
    turned_away: int = 0

    def before(self, app: Any) -> "Doorkeeper":
        self.app = app
        return self

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not self.closed or scope["path"] != "/tsa":
            await self.app(scope, receive, send)
            return
        self.turned_away += 1
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@dataclass
class Story:
    office: Office
    door: Doorkeeper = field(default_factory=Doorkeeper)


@pytest.fixture
async def story(founded: Callable[[], Settings], tmp_path: Path) -> AsyncIterator[Story]:
    door = Doorkeeper()
    async with contracting(founded(), tmp_path, door.before) as office, office.signer():
        yield Story(office, door)


async def pending(office: Office, number: str) -> tuple[str, str]:
    """State and last failure of the activity that the contract's process waits for."""
    found = await office.contracts.handle(number).describe()
    activities = found.raw_description.pending_activities
    if not activities:
        return "", ""
    (one,) = activities
    if not one.HasField("last_failure"):
        return PendingActivityState.Name(one.state), ""
    failure = await office.prefecture.parts.data_converter.decode_failure(one.last_failure)
    return PendingActivityState.Name(one.state), str(failure)


async def test_an_authority_that_is_away_is_waited_for_and_seen(story: Story) -> None:
    """No event for three days of it, no other clock, no key used in vain; the pending activity says why, in Japanese;
    then it goes on, and the second call is on record.
    """
    office = story.office
    number = await office.created(*await office.decided())
    story.door.closed = True
    await office.send(OFFICER, "release", number)

    async def seen() -> bool:
        return story.door.turned_away >= 2 and "待っています" in (await pending(office, number))[1]

    await eventually(seen, "nobody is told why it waits", 60)
    assert office.tags(number)[-1] == "step-started"
    await office.prefecture.pass_time(office.prefecture.clock.now() + timedelta(days=3))
    before = story.door.turned_away

    async def asked_again() -> bool:
        return story.door.turned_away > before

    await eventually(asked_again, "it is not tried again", 60)
    assert office.tags(number).count("step-started") == 1
    story.door.closed = False
    await office.comes(number, "certified")
    assert office.tags(number).count("step-started") == 2


async def test_people_go_on_while_a_step_waits(story: Story) -> None:
    """The officer withdraws although the signature cannot be made just now; nothing is signed afterwards."""
    office = story.office
    number = await office.released()
    story.door.closed = True
    await office.agrees(number)
    await office.comes(number, "step-started", 2)
    await office.send(OFFICER, "withdraw", number, commands.Withdraw(reason="仕様の見直しのため"))
    assert await office.contracts.handle(number).result() == "取下げ"
    story.door.closed = False
    with pytest.raises(RPCError):
        await office.contracts.handle(number).signal("events_recorded", 1)
    assert "signed" not in office.tags(number)


async def test_a_document_that_cannot_be_signed_waits_for_the_officer(story: Story) -> None:
    """A PDF that the inspection does not accept: refused once, seen, and not tried again by itself."""
    office = story.office
    document = await office.documents.keep_bytes(b"%PDF-1.7\nthis is no contract\n%%EOF\n")
    number = await office.created(*await office.decided(document=document))
    await office.send(OFFICER, "release", number)
    await office.comes(number, "step-refused")
    refused = office.state(number).refused
    assert refused is not None
    assert refused.step == "certify/1"
    await office.contracts.shows_the_ledger(number)
    assert sum(isinstance(fact.event, StepRefused) for fact in office.contracts.facts(number)) == 1
    await office.send(OFFICER, "retry-step", number, commands.RetryStep(reason="確認しました"))
    await office.comes(number, "step-refused", 2)
    attempts = [fact.event.attempt for fact in office.contracts.facts(number) if isinstance(fact.event, StepBegun)]
    assert attempts == [1, 2]


async def test_an_instruction_that_no_door_has_sealed_is_not_signed(story: Story) -> None:
    """Whatever the ledger says: without a seal, and with the seal of another contract."""
    office = story.office
    numbers = [await office.released(), await office.released()]
    other = office.seal(numbers[1], office.state(numbers[1]).decided_document)
    for number, seal in zip(numbers, ("", other.replace(":", ":A", 1)[:-1]), strict=True):
        await office.agrees(number, seal=seal)
        await office.comes(number, "step-refused")
        refused = office.state(number).refused
        assert refused is not None
        assert refused.code == "instruction-not-sealed"
        assert "signed" not in office.tags(number)


async def own_key(office: Office) -> LoadedKey:
    """A key of the counterparty's own, with a certificate; in their hands alone."""
    settings = office.prefecture.settings
    async with network_of(settings) as network:
        private = ec.generate_private_key(ec.SECP256R1())
        issued = await development_issuer(settings, network).issue(
            private, common_name="契約者0001", organisation="株式会社みどり計画", lives=timedelta(days=400)
        )
    return LoadedKey(private, issued.certificate, issued.chain)


async def prepares(office: Office, number: str, key: LoadedKey, expected: str = "signature-prepared") -> int:
    """The signer names their certificates; give which preparation it is, once the file is ready."""
    chain: tuple[x509.Certificate, ...] = (key.certificate, *key.chain)
    named = tuple(base64.b64encode(each.dump()).decode() for each in chain)
    seal = office.seal(number, office.state(number).decided_document)
    await office.tell(number, "prepare", commands.Prepare(certificates=named, seal=seal))
    nth = dict(office.state(number).preparations)[1]
    await office.comes(number, expected)

    async def ready() -> bool:
        return expected != "signature-prepared" or office.state(number).queue[0].prepared is not None

    await eventually(ready, "the file is not prepared", 60)
    return nth


async def test_a_signer_signs_with_a_key_of_their_own(story: Story) -> None:
    """当事者型: the key never comes here; another key's signature ends that attempt and no more; a lease runs out."""
    office = story.office
    number = await office.released(mode="party")
    key, other = await own_key(office), await own_key(office)
    await office.proves(number)
    for wrong in (True, False):
        nth = await prepares(office, number, key)
        prepared = office.state(number).queue[0].prepared
        assert prepared is not None
        signing = other if wrong else key
        signature = await asyncio.to_thread(signing.sign, base64.b64decode(prepared.to_sign), "sha256")
        value = base64.b64encode(signature).decode()
        await office.tell(number, "complete", commands.Complete(nth=nth, signature=value))
        await office.comes(number, "step-refused" if wrong else "signed")
    await office.send(SIGNING_POST, "sign", number)
    await office.comes(number, "concluded")
    assert archive_state(await office.file(number)).signatures == 3


async def test_the_prefecture_signs_with_its_own_key_where_its_mode_says_so(story: Story) -> None:
    """当事者型 on our side: the key that the signer role holds for the prefecture, not the platform's."""
    office = story.office
    number = await office.released(prefecture_mode="party")
    await office.concluded(number)
    certificates = [each.signed.certificate for each in office.state(number).parties if each.signed]
    settings = office.prefecture.settings
    async with network_of(settings) as network:
        held = await signing_keys(settings, network, office.prefecture.clock).prefecture()
    assert held is not None
    assert certificates[-1] == held.certificate.sha256.hex()


async def test_a_certificate_of_an_authority_nobody_trusts_ends_that_attempt(story: Story) -> None:
    """Before anybody else signs: the signer may begin again, the round is not lost."""
    office = story.office
    number = await office.released(mode="party")
    await office.proves(number)
    await prepares(office, number, unknown_key(), expected="step-refused")
    party = office.party(number, 1)
    assert party.refusal is not None
    assert party.refusal.code == "certificate-untrusted"
    await prepares(office, number, await own_key(office))


def unknown_key() -> LoadedKey:
    """A key certified by an authority of somebody's own."""
    authority, key = private_key("p256"), private_key("p256", 1)
    root = certificate("にせ認証局", authority, None, authority, usage=("key_cert_sign", "crl_sign"), ca=True)
    own = certificate("契約者0001", key, root, authority)
    return LoadedKey(key, asn1(own), (asn1(root),))


async def test_a_prepared_signature_that_does_not_come_gives_the_file_free(story: Story) -> None:
    """The lease ends by the injected clock, and the signer may begin again."""
    office = story.office
    number = await office.released(mode="party")
    key = await own_key(office)
    await office.proves(number)
    await prepares(office, number, key)
    await office.prefecture.pass_time(office.prefecture.clock.now() + LEASE_OVER)
    await office.comes(number, "lease-expired")
    assert office.state(number).queue == ()
