"""What goes out to contracts' counterparties: links by mail, codes another way, both derived when they are sent."""

import base64
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from api.signing.links import link_path
from domain.delivery.outsiders import Kind
from kessai.notifying.outsider_texts import OutsideLetter, rendered
from kessai.notifying.tables import outbox_schema
from tests.conftest import Database
from tests.ledger.outside_world import OutsideWorld, outside
from tests.records.office import jst
from tests.web.signing_world import OTHER, SIGNER

MAIL = SIGNER["email"]


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[OutsideWorld]:
    with outside(database.settings(), tmp_path) as world:
        yield world


def letters_of(world: OutsideWorld, to: str = MAIL) -> list[str]:
    return [subject for subject, _ in world.letters(to)]


def test_a_signer_is_asked_by_mail_with_a_link_that_opens(world: OutsideWorld) -> None:
    number = world.signing.sent()
    world.run()
    world.run()
    ((subject, text),) = world.letters(MAIL)
    assert subject == "【電子契約】道路台帳システム改修業務の委託:電子署名のお願い / Request for your signature"
    assert "受注者A社" in text
    assert "署名者01 様" in text
    (link,) = world.links()
    assert link == world.signing.pages.address + world.signing.link(number)
    assert world.signing.browser().open(link).status == 200
    assert "12,000,000" not in text
    assert "12000000" not in text


def test_signers_are_asked_when_their_turn_comes(world: OutsideWorld) -> None:
    number = world.signing.sent(members=[SIGNER, OTHER])
    world.run()
    assert letters_of(world, OTHER["email"]) == []
    browser, page = world.signing.proven(number)
    browser.send(page, f"{link_path(number, 1)}/acts/agree", confirmed="1")
    world.signing.platform(number)
    world.run()
    assert len(letters_of(world, OTHER["email"])) == 1


@pytest.mark.parametrize(("channel", "spoken"), [("sms", "sms"), ("telephone", "voice")])
def test_a_code_goes_through_the_gateway_and_never_by_mail(world: OutsideWorld, channel: str, spoken: str) -> None:
    number = world.signing.sent()
    browser, page = world.signing.opened(number)
    browser.send(page, f"{link_path(number, 1)}/acts/request-code", channel=channel)
    world.run()
    world.run()
    (sent,) = world.codes()
    assert (sent["channel"], sent["to"]) == (spoken, "+819000000001")
    code = world.signing.code(number)
    assert code in sent["text"].replace("、", "")
    (got,) = world.gateway.received
    assert got.headers["idempotency-key"] == sent["id"]
    assert got.headers["authorization"] == "Bearer let-us-in"
    assert not any(code in text for _, text in world.letters())


def test_a_code_on_paper_is_a_pdf_for_the_mail_room(world: OutsideWorld) -> None:
    number = world.signing.sent(members=[{name: SIGNER[name] for name in ("name", "email")}])
    browser, page = world.signing.opened(number)
    browser.send(page, f"{link_path(number, 1)}/acts/request-code", channel="letter")
    world.run()
    (sent,) = world.codes()
    assert (sent["channel"], sent["to"], sent["text"]) == ("letter", "受注者A社 署名者01", "")
    assert base64.b64decode(sent["document"]).startswith(b"%PDF-")


def test_quiet_hours_hold_a_request_and_never_a_code(world: OutsideWorld) -> None:
    world.signing.pages.clock.set(jst(2026, 11, 13, 22))  # a Friday evening
    number = world.signing.sent()
    world.run()
    assert letters_of(world) == []
    browser, page = world.signing.opened(number)
    browser.send(page, f"{link_path(number, 1)}/acts/request-code", channel="sms")
    world.run()
    assert len(world.codes()) == 1
    world.signing.pages.clock.set(jst(2026, 11, 16, 7, 31))
    world.run()
    assert len(letters_of(world)) == 1


def test_who_asks_for_a_new_link_gets_it_at_once_and_the_old_letter_is_not_sent_any_more(world: OutsideWorld) -> None:
    world.signing.pages.clock.set(jst(2026, 11, 13, 22))
    number = world.signing.sent()
    world.run()
    browser, link = world.signing.browser(), world.signing.link(number)
    world.signing.opened(number)
    browser.send(browser.open(link), f"{link}/reissue")
    world.run()
    assert world.links(MAIL) == [world.signing.pages.address + world.signing.link(number)]
    world.signing.pages.clock.set(jst(2026, 11, 16, 9))
    world.run()
    assert len(letters_of(world)) == 1
    assert [row["state"] for row in world.deliveries(kind="invitation")] == ["obsolete", "delivered"]


def test_a_code_that_came_too_late_is_not_sent(world: OutsideWorld) -> None:
    number = world.signing.sent()
    browser, page = world.signing.opened(number)
    browser.send(page, f"{link_path(number, 1)}/acts/request-code", channel="sms")
    world.signing.pages.clock.set(world.signing.pages.clock.now() + timedelta(hours=1))
    world.run()
    assert world.codes() == []
    assert [row["state"] for row in world.deliveries(channel="gateway")] == ["obsolete"]


def test_a_gateway_that_is_away_is_asked_again_under_the_same_id(world: OutsideWorld) -> None:
    number = world.signing.sent()
    world.gateway.answer = lambda got: (503, {"Retry-After": "20"}, b"")
    browser, page = world.signing.opened(number)
    browser.send(page, f"{link_path(number, 1)}/acts/request-code", channel="sms")
    world.run()
    world.gateway.answer = lambda got: (202, {}, b"")
    world.signing.pages.clock.set(world.signing.pages.clock.now() + timedelta(minutes=1))
    world.run()
    assert len({each["id"] for each in world.codes()}) == 1
    assert [(row["outcome"], row["status"]) for row in world.attempts() if row["channel"] == "gateway"] == [
        ("failed", 503), ("delivered", 202),
    ]  # fmt: skip


def test_a_notifier_killed_while_sending_sends_again_under_the_same_id(world: OutsideWorld) -> None:
    number = world.signing.sent()
    planned = world.notifier
    assert planned.outsiders is not None
    assert planned.outsider_lane is not None
    planned.plan()
    (delivery,) = planned.outbox.due_letters(world.signing.pages.clock.now(), 10, channel="outside")
    planned.outbox.begin_attempt(delivery, world.signing.pages.clock.now())  # here it died, nobody knows how far it got
    world.run()
    (letter,) = world.box.letters
    assert str(letter["Message-ID"]).startswith(f"<{delivery.id}@")
    assert [row["outcome"] for row in world.attempts() if row["channel"] == "outside"] == [None, "delivered"]
    assert number in delivery.target


def test_reminders_bring_the_current_link(world: OutsideWorld) -> None:
    number = world.signing.sent()
    world.run()
    world.signing.pages.clock.set(jst(2026, 11, 17, 10))
    world.signing.time(number)
    world.run()
    assert any("Reminder" in subject for subject in letters_of(world))
    assert len(set(world.links(MAIL))) == 1


def test_everybody_gets_the_concluded_contract_who_has_no_link_by_enclosure(world: OutsideWorld) -> None:
    copied = {"name": "受領者01", "email": "copy01@contractor-a.example.jp", "role": "copy"}
    number = world.signing.sent(members=[SIGNER, copied])
    browser, page = world.signing.proven(number)
    browser.send(page, f"{link_path(number, 1)}/acts/agree", confirmed="1")
    world.signing.platform(number)
    world.signing.prefecture_signs(number)
    world.run()
    subject, text = world.letters(MAIL)[-1]
    assert "Concluded" in subject
    contract = world.signing.contract(number)
    assert contract.concluded is not None
    assert contract.concluded.document in text
    assert world.signing.link(number) in text
    (letter,) = [each for each in world.box.letters if "copy01" in str(each["To"])]
    enclosed = {each.get_filename(): each.get_content() for each in letter.iter_attachments()}
    assert enclosed.keys() == {f"{number}-signed.pdf", f"{number}-evidence.pdf"}
    assert "/sign/" not in str(letter.get_body())


@pytest.mark.parametrize(("verb", "body", "word"), [
    ("withdraw", {"reason": "理由機密"}, "Withdrawn"), ("switch-to-paper", {"reason": "理由機密"}, "On paper"),
])  # fmt: skip
def test_whoever_was_asked_is_told_when_nothing_comes_of_it(
    world: OutsideWorld, verb: str, body: dict[str, str], word: str
) -> None:
    number = world.signing.sent()
    world.signing.api.write_to("contract", "road-officer", verb, number, **body)
    world.run()
    assert word in letters_of(world)[-1]
    assert not any("理由機密" in text for _, text in world.letters())


def test_the_other_signers_are_told_of_a_decline_and_not_of_its_reason(world: OutsideWorld) -> None:
    number = world.signing.sent(members=[SIGNER, OTHER], order="parallel")
    browser, page = world.signing.proven(number)
    browser.send(page, f"{link_path(number, 1)}/acts/decline", reason="理由機密")
    world.run()
    assert "Declined" in letters_of(world, OTHER["email"])[-1]
    assert not any("Declined" in subject for subject in letters_of(world))
    assert not any("理由機密" in text for _, text in world.letters())


def test_a_signer_who_was_exchanged_is_told_and_their_link_is_dead(world: OutsideWorld) -> None:
    number = world.signing.sent()
    old = world.signing.link(number)
    world.signing.api.write_to(
        "contract", "road-officer", "change-signer", number, signer=1, to=OTHER, reason="担当の交代"
    )
    world.run()
    assert "Another signer" in letters_of(world)[-1]
    assert len(world.links(OTHER["email"])) == 1
    assert world.signing.browser().open(old).status == 404


def test_in_development_letters_and_codes_lie_in_folders_of_the_owner_alone(database: Database, tmp_path: Path) -> None:
    with outside(database.settings(), tmp_path, smtp_url="", gateway_url="", mail_from="") as world:
        number = world.signing.sent()
        browser, page = world.signing.opened(number)
        browser.send(page, f"{link_path(number, 1)}/acts/request-code", channel="sms")
        world.run()
        for folder, ending in (("outside", ".eml"), ("gateway", ".json")):
            (file,) = (tmp_path / folder).iterdir()
            assert file.suffix == ending
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        (code,) = (tmp_path / "gateway").iterdir()
        assert world.signing.code(number) in msgspec.json.decode(code.read_bytes())["text"]


def test_neither_link_nor_code_nor_address_is_in_the_outbox(world: OutsideWorld) -> None:
    number = world.signing.sent()
    browser, page = world.signing.opened(number)
    browser.send(page, f"{link_path(number, 1)}/acts/request-code", channel="sms")
    world.box.answer = lambda recipient: f"550 no such mailbox <{recipient}>"
    world.run()
    token = world.signing.link(number).rpartition("/")[2]
    kept = repr(world.deliveries()) + repr(world.attempts())
    for secret in (token, world.signing.code(number), MAIL, SIGNER["name"], "0000-0001"):
        assert secret not in kept
    schema = outbox_schema(world.signing.api.composition.settings.database_schema)
    assert schema


@pytest.mark.parametrize(
    "kind",
    [each for each in Kind.__args__ if each != "code"],  # type: ignore[attr-defined]  # a Literal's choices
)
def test_a_letter_is_in_two_languages_and_its_template_and_fields_alone(kind: Kind) -> None:
    letter = OutsideLetter(
        kind=kind, prefecture="〈県〉", unit="〈課〉", title="〈件〉", number="〈番〉", company="〈社〉", name="〈名〉",
        link="〈先〉", until="〈限〉", contract_date="〈日〉", document="〈文〉", checkpoint="〈点〉",
    )  # fmt: skip
    subject, text = rendered(letter)
    assert "\n" not in subject
    assert "〈件〉" in subject
    assert "〈名〉" not in subject
    assert "〈社〉" in text
    assert "In charge:" in text
    assert ("〈先〉" in text) is (kind in ("invitation", "reminder", "concluded", "provisional"))
