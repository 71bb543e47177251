"""The inbox holds what lies on one's desks now; notices tell what one need not act on."""

from datetime import timedelta
from typing import Any

from domain.directory.facts import AbsenceRecorded, ChangeProposed, ChangeRefused
from projections.queries.inbox import Inbox, InboxItem
from projections.queries.notice import Notices
from tests.ledger.projection_world import MONDAY, World


def inbox(world: World, post: str, *, proxy_posts: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Tasks and case numbers, in order, of whoever holds the post; the counts agree."""
    world.follow()
    directory, now = world.directory, world.clock.at
    holder = directory.holder(post, now)
    assert holder is not None
    posts = [each.code for each in directory.posts_of(holder.person, now)]
    asked: dict[str, Any] = {"person": holder.person, "posts": posts, "at": now, "proxy_posts": proxy_posts}
    items: tuple[InboxItem, ...] = Inbox(world.reads).items(**asked)
    counts = Inbox(world.reads).counts(**asked)
    found: list[tuple[str, str]] = [(item.task, item.case.number) for item in items]
    assert counts == {task: sum(each == task for each, _ in found) for task, _ in found}
    return found


def notices(world: World, person: str, *posts: str) -> list[tuple[str, str]]:
    world.follow()
    return [(row.code, row.stream) for row in Notices(world.reads).newest(person=person, posts=posts)]


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
    assert inbox(world, "road-director", proxy_posts=("road-chief",)) == []
    assert world.rows("rm_approval")[0]["waiting_on"] == []


def test_a_stand_in_is_offered_what_waits_for_the_absent(world: World) -> None:
    number = world.seeded().drafted()
    assert inbox(world, "road-director", proxy_posts=("road-chief",)) == [("proxy", number)]


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
    back = MONDAY + timedelta(days=3)
    since = MONDAY - timedelta(hours=1)
    away = AbsenceRecorded(
        absence="a-1", person="0521", begins_at=since, ends_at=back, reason="出張", entered_by="0521"
    )
    world.directory_facts(away, by="0521")
    world.send("proxy-decide", number, post="road-lead", urgency="契約期限が本日のため")
    assert inbox(world, "road-director") == []
    world.clock.at = back + timedelta(hours=1)
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
    assert world.rows("rm_notice") == []


def test_who_holds_a_post_is_told_what_the_post_is_told_and_nothing_twice(world: World) -> None:
    number = world.seeded().drafted()
    world.decided(number)
    assert notices(world, "0525", "road-officer") == [("approval.decided", f"approval-{number}")]
    assert Notices(world.reads).newest(person="0525", posts=(), before=1) == ()
