"""Letters over a real SMTP server: to whose desk a case comes, who is told, when, once, and with nothing in them."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.delivery.letters import Letter
from kessai.notifying.addresses import Addresses
from kessai.notifying.texts import rendered
from kessai.processes import RECORDS
from tests.ledger.notifying_world import PUBLIC, Notifying, PostBox, notifying, smtp_server
from tests.ledger.projection_world import MONDAY, World
from tests.records.office import jst

MARKS = {
    "title": "件名機密甲", "body": "本文機密乙", "counterparty": "相手方機密丙", "reason": "理由機密丁",
    "comment": "意見機密戊", "amount": "7654321",
}  # fmt: skip


@pytest.fixture
def box() -> PostBox:
    return PostBox()


@pytest.fixture
def sending(world: World, box: PostBox) -> Iterator[Notifying]:
    with smtp_server(box) as url, notifying(world.seeded(), smtp=url) as made:
        made.run()  # the first look: letters begin now
        yield made


def person(world: World, post: str) -> str:
    holder = world.directory.holder(post, world.clock.at)
    assert holder is not None
    return holder.person


def to(box: PostBox) -> list[str]:
    return [re.sub(r"\D", "", str(letter["To"]).partition("@")[0]) for letter in box.letters]


def test_whoever_a_case_comes_to_is_written_to_once_with_a_link(world: World, sending: Notifying, box: PostBox) -> None:
    case = world.drafted()
    first = world.waiting_post(case)
    assert first is not None
    sending.run()
    sending.run()
    (letter,) = box.letters
    assert to(box) == [person(world, first)]
    assert letter["Subject"] == f"【決裁】電子決裁 {case}:承認・決裁などの処理のお願い"
    assert f"{PUBLIC}/approvals/{case}\r\n" in letter.as_bytes().decode() or f"{PUBLIC}/approvals/{case}" in (
        letter.get_content()
    )
    assert letter["Auto-Submitted"] == "auto-generated"
    assert [row["state"] for row in sending.deliveries()] == ["delivered"]


def test_the_drafter_is_told_of_the_decision_and_nobody_of_their_own_act(
    world: World, sending: Notifying, box: PostBox
) -> None:
    case = world.drafted()
    while (post := world.waiting_post(case)) is not None:
        sending.run()
        acting, seen = person(world, post), len(box.letters)
        world.send("approve", case, post=post)
        sending.run()
        assert acting not in to(box)[seen:]
    assert to(box)[-1] == person(world, "road-officer")
    assert "決裁" in str(box.letters[-1]["Subject"])


def test_what_was_before_the_first_look_is_no_news(world: World, box: PostBox) -> None:
    world.seeded().drafted()
    with smtp_server(box) as url, notifying(world, smtp=url) as sending:
        sending.run()
    assert box.letters == []


def test_what_is_old_when_it_is_read_is_no_news_either(world: World, sending: Notifying, box: PostBox) -> None:
    world.drafted()
    world.clock.at += timedelta(days=7)
    sending.run()
    assert box.letters == []


def test_letters_wait_for_the_end_of_quiet_hours_and_urgent_ones_do_not(
    world: World, sending: Notifying, box: PostBox
) -> None:
    world.clock.at = jst(2026, 11, 20, 21)  # a Friday evening; Monday is a holiday
    world.drafted()
    urgent = world.drafted(urgent=True)
    sending.run()
    assert [urgent in str(letter["Subject"]) for letter in box.letters] == [True]
    (held,) = sending.deliveries(state="planned")
    assert held["not_before"] == jst(2026, 11, 24, 7, 30)
    world.clock.at = jst(2026, 11, 24, 7, 29)
    sending.run()
    assert len(box.letters) == 1
    world.clock.at = jst(2026, 11, 24, 7, 31)
    sending.run()
    assert len(box.letters) == 2


def test_a_task_that_no_longer_waits_when_its_letter_may_go_needs_none(
    world: World, sending: Notifying, box: PostBox
) -> None:
    world.clock.at = jst(2026, 11, 24, 21)
    case = world.drafted()
    sending.run()
    world.send("withdraw", case, post="road-officer", reason="誤り")
    world.clock.at = jst(2026, 11, 25, 9)
    sending.run()
    assert {row["state"] for row in sending.deliveries(kind="task")} == {"obsolete"}
    assert not any("お願い" in str(letter["Subject"]) for letter in box.letters)


def test_who_is_reminded_is_written_to_again(world: World, sending: Notifying, box: PostBox) -> None:
    case = world.drafted()
    sending.run()
    record = RECORDS["approval"]
    while not (due := record.due(world.reader.fold(record, case)[0], world.clock.at, world.directory)):
        world.clock.at += timedelta(hours=1)
    for each in due:
        world.writer.apply_rule(
            record, number=case, verb=each.verb, rule=each.verb, name=each.rule, occasion=each.occasion,
            command=each.command,
        )  # fmt: skip
    sending.run()
    world.clock.at += timedelta(days=1)
    sending.run()
    assert [row["kind"] for row in sending.deliveries()] == ["task", "reminder"]
    assert to(box) == [to(box)[0]] * 2
    assert "まだ" in box.letters[1].get_content()


def test_a_server_that_is_away_is_waited_for_and_nothing_is_lost_or_doubled(world: World, box: PostBox) -> None:
    with smtp_server(PostBox()) as gone:
        pass
    with notifying(world.seeded(), smtp=gone) as sending:
        sending.run()
        world.drafted()
        world.drafted()
        sending.run()
        assert {row["state"] for row in sending.deliveries()} == {"planned"}
        assert [row["outcome"] for row in sending.attempts()] == ["failed"]
    with smtp_server(box) as url, notifying(world, smtp=url) as sending:
        world.clock.at += timedelta(minutes=1)
        sending.run()
        sending.run()
    assert len(box.letters) == 2


def test_a_busy_server_is_asked_again_and_a_refused_recipient_is_not(
    world: World, sending: Notifying, box: PostBox
) -> None:
    box.answer = lambda recipient: "451 later"
    world.drafted()
    sending.run()
    (delivery,) = sending.deliveries()
    assert (delivery["state"], delivery["error"]) == ("planned", "later")
    box.answer = lambda recipient: "550 no such person"
    world.clock.at += timedelta(minutes=1)
    sending.run()
    (delivery,) = sending.deliveries()
    assert (delivery["state"], delivery["error"]) == ("given_up", "no such person")
    assert [row["status"] for row in sending.attempts()] == [451, 550]
    world.clock.at += timedelta(days=1)
    sending.run()
    assert len(box.asked) == 2


def test_one_refused_recipient_does_not_hold_up_the_others(world: World, sending: Notifying, box: PostBox) -> None:
    chief = person(world, str(world.waiting_post(world.drafted())))
    world.drafted(post="housing-officer")
    box.answer = lambda recipient: "550 no" if chief in recipient else "250 OK"
    sending.run()
    assert sorted(row["state"] for row in sending.deliveries()) == ["delivered", "given_up"]


def test_somebody_without_an_address_is_given_up_visibly(world: World, box: PostBox) -> None:
    with smtp_server(box) as url, notifying(world.seeded(), smtp=url, addresses=Addresses()) as sending:
        sending.run()
        world.drafted()
        sending.run()
        assert [(row["state"], row["error"]) for row in sending.deliveries()] == [("given_up", "no mail address")]


def test_a_mail_server_that_never_comes_back_is_given_up_after_some_days(world: World) -> None:
    with smtp_server(PostBox()) as gone:
        pass
    with notifying(world.seeded(), smtp=gone) as sending:
        sending.run()
        world.drafted(urgent=True)
        for _ in range(60):
            sending.run()
            world.clock.at += timedelta(hours=3)
        (delivery,) = sending.deliveries()
        assert delivery["state"] == "given_up"
        assert delivery["settled_at"] <= MONDAY + timedelta(days=3, hours=9)


def test_nothing_of_a_case_is_in_any_letter(world: World, sending: Notifying, box: PostBox) -> None:
    case = world.drafted(
        kind="works", title=MARKS["title"], body=MARKS["body"], amount_yen=int(MARKS["amount"]),
        period={"from": "2026-12-01", "to": "2027-03-31"}, counterparty={"name": MARKS["counterparty"]}, urgent=True,
    )  # fmt: skip
    first = str(world.waiting_post(case))
    world.send("return", case, post=first, to_step="drafter", reason=MARKS["reason"])
    world.send("amend", case, post="road-officer", title=MARKS["title"] + "二", reason=MARKS["reason"])
    if world.waiting_post(case) is None:
        world.send("submit", case, post="road-officer")
    for _ in range(2):
        world.send("approve", case, post=str(world.waiting_post(case)), comment=MARKS["comment"])
    world.send("withdraw", case, post="road-officer", reason=MARKS["reason"])
    sending.run()
    everybody = {post.code: world.directory.holder(post.code, world.clock.at) for post in world.directory.posts(
        world.clock.at.date())}  # fmt: skip
    names = {holder.name for holder in everybody.values() if holder} | {
        holder.title for holder in everybody.values() if holder
    }
    assert len(box.letters) > 2
    for letter, text in zip(box.letters, box.texts(), strict=True):
        whole = text + letter.as_bytes().decode("ascii")
        assert not any(mark in whole for mark in MARKS.values())
        number = re.sub(r"\D", "", str(letter["To"]).partition("@")[0])
        assert {name for name in names if name in text} <= {f"職員{number}"}


@pytest.mark.parametrize("kind", ["task", "reminder", "notice"])
def test_a_letter_is_its_template_and_nothing_but_its_fields(kind) -> None:
    letter = Letter(kind=kind, case="〈件〉", number="〈番〉", wording="〈句〉", to_name="〈宛〉", link="〈先〉")
    subject, text = rendered(letter)
    assert "\n" not in subject
    assert set(re.findall("〈.〉", subject + text)) == {"〈件〉", "〈番〉", "〈句〉", "〈宛〉", "〈先〉"}
    assert "〈宛〉" not in subject
