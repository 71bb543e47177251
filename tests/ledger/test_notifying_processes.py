"""Letters of every process: a telework day to head and applicant, a loss to everybody at once also at night, a campaign
to heads; in none of them what the case says.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid5

import pytest

from domain.delivery.letters import ANY_TASK, TASKS, task_wording
from domain.envelope import NAMESPACE, Envelope
from kessai.processes import RECORDS
from tests.ledger.notifying_world import PUBLIC, Notifying, PostBox, notifying, smtp_server
from tests.ledger.projection_world import World
from tests.records.entry_story import LOSS
from tests.records.office import jst

SECRET = "機密の内容"


@pytest.fixture
def box() -> PostBox:
    return PostBox()


@pytest.fixture
def sending(world: World, box: PostBox) -> Iterator[Notifying]:
    with smtp_server(box) as url, notifying(world.seeded(), smtp=url) as made:
        made.run()  # the first look: letters begin now
        yield made


def send(world: World, noun: str, verb: str, number: str, *, post: str, **body: Any) -> None:
    """The holder of `post` sends a command of any process, which is accepted."""
    holder, record = world.directory.holder(post, world.clock.at), RECORDS[noun]
    assert holder is not None
    shape = record.commands[verb].model_validate(body, strict=False)
    text = shape.model_dump_json(by_alias=True, exclude_unset=True)
    envelope = Envelope(
        noun=noun, number=number, verb=verb, label=verb, body=text,
        command_id=uuid5(NAMESPACE, f"{world.schema}/{next(world.keys)}"),
        payload_sha256=hashlib.sha256(text.encode()).hexdigest(), person=holder.person, post=post,
        correlation_id=f"{noun}-{number}",
    )  # fmt: skip
    outcome = world.writer.handle(record, envelope)
    assert outcome.result == "accepted", outcome


def letters(world: World, sending: Notifying, box: PostBox) -> set[tuple[str, str]]:
    """What goes out now: each letter's subject and the post of whoever it goes to. Nothing of the case is in it."""
    sending.run()
    posts = {
        holder.person: post.code
        for post in world.directory.posts(world.clock.at.date())
        if (holder := world.directory.holder(post.code, world.clock.at)) is not None and not holder.acting
    }
    assert not any(SECRET in text for text in box.texts())
    assert all(PUBLIC in str(letter.get_content()) for letter in box.letters)
    found = [
        (str(each["Subject"]), posts[re.sub(r"\D", "", str(each["To"]).partition("@")[0])]) for each in box.letters
    ]
    box.letters.clear()
    assert len(found) == len(set(found)), "nobody is written to twice about one thing"
    return set(found)


def test_a_telework_day_comes_to_the_head_and_is_asked_of_the_applicant_on_its_morning(
    world: World, sending: Notifying, box: PostBox
) -> None:
    day = {"kind": "home", "day": "2026-11-10", "tasks": SECRET, "reachable_by": SECRET}
    send(world, "telework", "submit", "R8-000001", post="road-officer", **day)
    assert letters(world, sending, box) == {("【決裁】テレワーク R8-000001:申請の承認のお願い", "road-director")}
    send(world, "telework", "approve", "R8-000001", post="road-director", comment=SECRET)
    assert letters(world, sending, box) == set()
    world.clock.at = jst(2026, 11, 10, 8)
    assert letters(world, sending, box) == {("【決裁】テレワーク R8-000001:開始報告のお願い", "road-officer")}
    send(world, "telework", "start", "R8-000001", post="road-officer")
    assert letters(world, sending, box) == {("【決裁】テレワーク R8-000001 のお知らせ(開始報告)", "road-director")}


def test_a_loss_is_written_to_everybody_at_once_on_a_friday_night_and_says_only_that_it_is_urgent(
    world: World, sending: Notifying, box: PostBox
) -> None:
    world.clock.at = jst(2026, 11, 13, 21)
    values = {**LOSS, "content": SECRET, "place": SECRET}
    send(world, "entry", "enter", "R8-000001", post="road-officer", register_code="incident", fields=values)
    asked, told = "【決裁・至急】管理簿 R8-000001:処理のお願い", "【決裁・至急】管理簿 R8-000001 のお知らせ(通知)"
    ict = {(asked, post) for post in ("ict-director", "ict-shukan", "ict-chief")}
    assert letters(world, sending, box) == {*ict, (told, "road-director")}
    send(world, "entry", "move", "R8-000001", post="ict-chief", transition="disable", fields={"measure": SECRET})
    assert letters(world, sending, box) == {(asked, "road-officer"), (told, "road-director")}


def test_a_campaign_is_written_to_the_heads_it_asks(world: World, sending: Notifying, box: PostBox) -> None:
    period = {"name": SECRET, "first_day": "2026-11-24", "last_day": "2026-12-04", "units": ["road", "housing"]}
    send(world, "campaign", "open", "R8-000001", post="reform-director", **period)
    subject = "【決裁】テレワークデイズ R8-000001:参加と実施日の回答のお願い"
    assert letters(world, sending, box) == {(subject, "road-director"), (subject, "housing-director")}


@pytest.mark.parametrize("noun", sorted(TASKS))
def test_the_tasks_that_have_a_wording_are_of_a_process(noun: str) -> None:
    assert noun in RECORDS
    assert all(task_wording(noun, task) != ANY_TASK for task in TASKS[noun])
