"""The inbox holds what lies on one's desks now; notices tell what one need not act on."""

from datetime import timedelta

import pytest

from domain.directory.facts import AbsenceRecorded, ChangeProposed, ChangeRefused
from projections.queries.cursors import BadCursor
from projections.queries.inbox import Inbox, cursor_after
from projections.queries.notices import Notices
from projections.readers import Readers
from tests.ledger.projection_world import MONDAY, World


def desk(world: World, post: str) -> tuple[str, ...]:
    """The terms under which tasks come to whoever holds the post."""
    holder = world.directory.holder(post, world.clock.at)
    assert holder is not None
    return Readers(world.directory).desk(holder.person, world.clock.at)


def away(world: World, post: str, *, hours: int = 48) -> None:
    """Whoever holds the post is away from an hour ago."""
    holder, since = world.directory.holder(post, world.clock.at), world.clock.at - timedelta(hours=1)
    assert holder is not None
    absence = AbsenceRecorded(
        absence=f"a-{post}", person=holder.person, begins_at=since, ends_at=since + timedelta(hours=hours),
        reason="出張", entered_by=holder.person,
    )  # fmt: skip
    world.directory_facts(absence, by=holder.person)


def inbox(world: World, post: str) -> list[tuple[str, str]]:
    """Tasks and case numbers, in order, of whoever holds the post; the counts agree."""
    world.follow()
    terms, now = desk(world, post), world.clock.at
    items, counts = Inbox(world.reads).items(terms, at=now), Inbox(world.reads).counts(terms, at=now)
    found = [(item.task, item.number) for item in items]
    assert counts == {("approval", task): sum(each == task for each, _ in found) for task, _ in found}
    return found


def notices(world: World, person: str, *posts: str) -> list[tuple[str, str]]:
    world.follow()
    terms = (f"person:{person}", *(f"post:{post}" for post in posts))
    return [(row.code, row.stream) for row in Notices(world.reads).newest(terms)]


def test_a_case_moves_from_desk_to_desk(world: World) -> None:
    number = world.seeded().drafted()
    assert inbox(world, "road-chief") == [("act", number)]
    assert inbox(world, "road-lead") == []
    world.send("approve", number, post="road-chief")
    assert inbox(world, "road-chief") == []
    assert inbox(world, "road-lead") == [("act", number)]
    world.decided(number)
    assert inbox(world, "road-officer") == [("enforce", number)]
    world.send("enforce", number, post="road-officer", method="郵送", seal_mode="omitted")
    assert inbox(world, "road-officer") == [("complete", number)]
    world.send("complete", number, post="road-officer")
    assert inbox(world, "road-officer") == []


def test_the_urgent_comes_first_then_what_falls_due_first(world: World) -> None:
    world.seeded()
    first, second = world.drafted(), world.drafted()
    world.clock.at += timedelta(hours=3)
    third, urgent = world.drafted(), world.drafted(urgent=True)
    assert [number for _, number in inbox(world, "road-chief")] == [urgent, first, second, third]


def test_the_drafter_sees_drafts_and_what_was_returned(world: World) -> None:
    draft = world.seeded().drafted(submit=False)
    returned = world.drafted()
    world.send("return", returned, post="road-chief", to_step="drafter", reason="資料を添えてください")
    assert sorted(inbox(world, "road-officer")) == [("draft", draft), ("returned", returned)]


def test_a_held_case_stays_on_the_desk_and_waits_for_nobody(world: World) -> None:
    number = world.seeded().drafted()
    world.send("hold", number, post="road-chief", reason="資料待ち")
    assert inbox(world, "road-chief") == [("held", number)]
    away(world, "road-chief")
    assert inbox(world, "road-lead") == []
    assert world.rows("rm_approval")[0]["waiting_on"] == []


def test_a_stand_in_is_offered_what_waits_for_the_absent_until_they_are_back(world: World) -> None:
    world.seeded()
    number = world.drafted(kind="outsourcing", title="委託", amount_yen=3_000_000)
    while (post := world.waiting_post(number)) != "road-director":
        world.send("approve", number, post=post or "")
    assert inbox(world, "road-lead") == []
    away(world, "road-director")
    assert inbox(world, "road-lead") == [("proxy", number)]
    assert inbox(world, "housing-director") == []
    world.clock.at += timedelta(hours=48)
    assert inbox(world, "road-lead") == []
    assert inbox(world, "road-director") == [("act", number)]


def test_a_full_desk_is_paged_in_one_order_without_a_gap(world: World) -> None:
    world.seeded()
    numbers = [world.drafted(urgent=place % 3 == 0) for place in range(7)]
    world.drafted(submit=False)
    world.follow()
    terms, asked = desk(world, "road-chief"), Inbox(world.reads)
    whole = asked.items(terms, at=world.clock.at)
    assert sorted(item.number for item in whole) == numbers
    paged = list(asked.items(terms, at=world.clock.at, limit=3))
    while more := asked.items(terms, at=world.clock.at, limit=3, cursor=cursor_after(paged[-1])):
        paged += more
    assert tuple(paged) == whole
    drafts = asked.items(desk(world, "road-officer"), at=world.clock.at, limit=1)
    assert [item.task for item in drafts] == ["draft"]
    assert asked.items(desk(world, "road-officer"), at=world.clock.at, cursor=cursor_after(drafts[0])) == ()


@pytest.mark.parametrize("cursor", ["", "x", "あ", "YQ", "bnVsbA", "WzEsMiwzLDRd", "W3RydWUsImEiLDEsImFjdCJd"])
def test_a_foreign_place_in_an_inbox_is_refused(world: World, cursor: str) -> None:
    with pytest.raises(BadCursor):
        Inbox(world.reads).items(("person:0525",), at=MONDAY, cursor=cursor)


def test_only_some_kinds_of_task_are_given_when_asked_for(world: World) -> None:
    shown = world.seeded().drafted()
    world.send("circulate", shown, post="road-officer", posts=["road-chief"])
    world.follow()
    found = Inbox(world.reads).items(desk(world, "road-chief"), at=world.clock.at, tasks=("circulation",))
    assert [(item.noun, item.task, item.number) for item in found] == [("approval", "circulation", shown)]


def test_a_case_in_circulation_is_read_once(world: World) -> None:
    number = world.seeded().drafted()
    world.send("circulate", number, post="road-officer", posts=["ict-director", "road-director"])
    assert inbox(world, "ict-director") == [("circulation", number)]
    world.send("confirm", number, post="ict-director")
    assert inbox(world, "ict-director") == []
    assert inbox(world, "road-director") == [("circulation", number)]


def test_a_post_review_comes_when_the_decider_is_back(world: World) -> None:
    world.seeded()
    number = world.drafted(kind="outsourcing", title="委託", amount_yen=3_000_000)
    while (post := world.waiting_post(number)) != "road-director":
        world.send("approve", number, post=post or "")
    away(world, "road-director", hours=72)
    world.send("proxy-decide", number, post="road-lead", urgency="契約期限が本日のため")
    assert inbox(world, "road-director") == []
    world.clock.at += timedelta(hours=72)
    assert inbox(world, "road-director") == [("post_review", number)]
    world.send("post-review", number, post="road-director", outcome="seen")
    assert inbox(world, "road-director") == []
    assert notices(world, "0522") == [("approval.post-reviewed", f"approval-{number}")]


def test_everybody_who_had_a_part_is_told_of_a_withdrawal_but_not_who_did_it(world: World) -> None:
    number = world.seeded().drafted()
    world.send("approve", number, post="road-chief")
    world.send("withdraw", number, post="road-officer", reason="重複のため")
    told = [("approval.withdrawn", f"approval-{number}")]
    assert notices(world, "0523") == told
    assert notices(world, "0522") == told
    assert notices(world, "0525") == []


def test_whose_approval_no_longer_stands_is_told(world: World) -> None:
    number = world.seeded().drafted(kind="outsourcing", title="委託", amount_yen=3_000_000)
    world.send("approve", number, post=world.waiting_post(number) or "")
    world.send("amend", number, post="road-officer", amount_yen=4_000_000, reason="積算の誤り")
    assert ("approval.amended", f"approval-{number}") in notices(world, "0523")


def test_an_absence_entered_by_somebody_else_is_told_to_the_one_concerned(world: World) -> None:
    world.seeded()
    absence = AbsenceRecorded(
        absence="a-2",
        person="0523",
        begins_at=MONDAY,
        ends_at=MONDAY + timedelta(days=1),
        reason="休暇",
        entered_by="0522",
    )
    world.directory_facts(absence, by="0522")
    assert notices(world, "0523") == [("directory.absence-recorded", "directory-pref")]
    world.directory_facts(
        ChangeProposed(proposal="p-1", facts=(absence,), proposed_by="0522", concerned=("0523",)), by="0522"
    )
    world.directory_facts(ChangeRefused(proposal="p-1", refused_by="0521", reason="本人に確認できない"), by="0521")
    assert [code for code, _ in notices(world, "0523")] == [
        "directory.change-refused", "directory.change-proposed", "directory.absence-recorded",
    ]  # fmt: skip
    assert notices(world, "0522") == [("directory.change-refused", "directory-pref")]


def test_an_import_of_the_whole_organisation_is_no_news(world: World) -> None:
    world.seeded().follow()
    assert world.rows("rm_directory_notice") == world.rows("rm_approval_notice") == []


def test_who_holds_a_post_is_told_what_the_post_is_told_and_nothing_twice(world: World) -> None:
    number = world.seeded().drafted()
    world.decided(number)
    assert notices(world, "0525", "road-officer") == [("approval.decided", f"approval-{number}")]
    assert Notices(world.reads).newest(("person:0525",), before=1) == ()
