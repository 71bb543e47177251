"""人事異動: what the first of April does to posts, units and drafts; and how facts add up."""

from datetime import date, datetime
from typing import Any

import msgspec

from domain.clock import JST
from domain.directory import Directory, evolve, fold
from domain.directory.codes import CODES
from domain.directory.commands import COMMANDS
from domain.directory.facts import EVENTS, Appointed, ChangeProposed, Move, Transferred
from domain.directory.notices import to_notify
from tests.records.directory_story import NOVEMBER, Told, demo, told

ADMIN, DIRECTOR, OFFICER = "0121", "0521", "0525"  # 人事課長 (directory-admin), 道路課長, 道路課主事
NEXT_APRIL = date(2027, 4, 1)
ON_NEXT_APRIL = datetime(2027, 4, 1, 9, 0, tzinfo=JST)
CHANGES = (
    "name-acting post=road-chief acting_post=road-lead from=2027-04-01",
    "end-acting post=farming-director to=2027-03-31",
    "grant post=ict-director role=operator from=2027-04-01",
    "withdraw post=ict-chief role=operator from=2027-04-01",
    "end-appointment post=road-director person=0521 to=2027-03-31",
)
GAINING = "appoint post=farming-director person=0121 from=2027-04-01 kind=concurrent"


def on(day: int) -> datetime:
    return datetime(2026, 11, day, tzinfo=JST)


def test_people_take_each_others_posts_on_the_first_of_april_without_a_vacant_moment() -> None:
    moves = [
        {"person": OFFICER, "from_post": "road-officer", "to_post": "housing-officer", "successor": "0524"},
        {"person": "0532", "from_post": "housing-officer", "to_post": "road-officer"},
    ]
    story = told().when("transfer-many", by=ADMIN, on=NEXT_APRIL, moves=moves)
    story.then(
        Transferred(
            valid_from=NEXT_APRIL,
            moves=(
                Move(
                    person=OFFICER,
                    name="職員0525",
                    from_post="road-officer",
                    to_post="housing-officer",
                    kind="regular",
                    successor="0524",
                ),
                Move(
                    person="0532",
                    name="職員0532",
                    from_post="housing-officer",
                    to_post="road-officer",
                    kind="regular",
                ),
            ),
        )
    )
    eve, day = datetime(2027, 3, 31, 23, 59, tzinfo=JST), datetime(2027, 4, 1, 0, 0, tzinfo=JST)
    holders = [[story.directory.holder(post, at) for post in ("road-officer", "housing-officer")] for at in (eve, day)]
    assert [[holder.person if holder else None for holder in each] for each in holders] == [
        [OFFICER, "0532"],
        ["0532", OFFICER],
    ]
    assert to_notify(story.directory, _event(story), ADMIN) == (OFFICER, "0532")


def test_drafts_go_to_the_successor_named_in_the_handover_else_to_whoever_holds_the_post() -> None:
    moves = [
        {"person": OFFICER, "from_post": "road-officer", "to_post": "housing-officer", "successor": "0524"},
        {"person": "0532", "from_post": "housing-officer", "to_post": "road-officer"},
    ]
    directory = told().when("transfer-many", by=ADMIN, on=NEXT_APRIL, moves=moves).directory

    def answers(person: str, post: str, at: datetime) -> str | None:
        holder = directory.takes_over(person, post, at)
        return holder.person if holder else None

    assert answers(OFFICER, "road-officer", NOVEMBER) == OFFICER
    assert answers(OFFICER, "road-officer", ON_NEXT_APRIL) == "0524"
    assert answers("0532", "housing-officer", NOVEMBER) == "0532"
    assert answers("0532", "housing-officer", ON_NEXT_APRIL) == OFFICER


def test_a_provisional_appointment_takes_effect_by_itself_and_may_be_withdrawn_before() -> None:
    story = told().when("end-appointment", by=ADMIN, post="road-director", person=DIRECTOR, to=date(2027, 3, 31))
    assert [post.code for post in story.directory.vacant_posts(NEXT_APRIL)] == ["road-director"]
    story = story.when("appoint", by=ADMIN, post="road-director", person="0999", name="職員0999", from_=NEXT_APRIL)
    assert story.directory.vacant_posts(NEXT_APRIL) == ()
    assert story.directory.posts_of("0999", NOVEMBER) == ()
    assert [post.code for post in story.directory.posts_of("0999", ON_NEXT_APRIL)] == ["road-director"]
    story = story.when("end-appointment", by=ADMIN, post="road-director", person="0999", to=date(2027, 3, 31))
    assert [post.code for post in story.directory.vacant_posts(NEXT_APRIL)] == ["road-director"]


def test_an_acting_holder_steps_back_when_somebody_is_appointed_and_returns_when_nobody_is() -> None:
    story = told().when(
        "appoint",
        by=ADMIN,
        post="farming-director",
        person="0411",
        name="職員0411",
        from_=date(2026, 12, 1),
        to=date(2026, 12, 31),
    )
    persons = []
    for at in (on(30), datetime(2026, 12, 1, tzinfo=JST), datetime(2027, 1, 1, tzinfo=JST)):
        holder = story.directory.holder("farming-director", at)
        persons.append((holder.person, holder.title) if holder else None)
    assert persons == [
        ("0401", "農政課長事務取扱 農政部長"),
        ("0411", "農政課長"),
        ("0401", "農政課長事務取扱 農政部長"),
    ]


def test_an_abolished_unit_answers_through_its_successors_and_its_posts_through_theirs() -> None:
    town = "establish-unit unit=town name=まちづくり課 kind=division parent=construction from=2027-04-01"
    story = told().when(town, by=ADMIN)
    for post, person, rank in (
        ("housing-officer", "0532", "officer"),
        ("housing-director", "0531", "division_director"),
    ):
        new = post.replace("housing", "town")
        story = story.when("establish-post", by=ADMIN, post=new, title="新職", unit="town", rank=rank, from_=NEXT_APRIL)
        story = story.when("transfer", by=ADMIN, person=person, from_post=post, to_post=new, on=NEXT_APRIL)
        story = story.when("abolish-post", by=ADMIN, post=post, on=NEXT_APRIL, successor=new)
    story = story.when("abolish-unit", by=ADMIN, unit="housing", on=NEXT_APRIL, successors=["town", "road"])
    directory = story.directory
    assert directory.unit_successors("housing", date(2027, 3, 31)) == ("housing",)
    assert directory.unit_successors("housing", NEXT_APRIL) == ("town", "road")
    assert directory.post_successor("housing-director", NEXT_APRIL) == "town-director"
    taken = directory.takes_over("0532", "housing-officer", ON_NEXT_APRIL)
    assert taken is not None
    assert taken.post == "town-officer"
    assert directory.unit("housing", NEXT_APRIL) is None


def test_a_renamed_unit_has_its_new_name_from_the_day_on() -> None:
    directory = told().when("change-unit", by=ADMIN, unit="road", name="道路整備課", from_=NEXT_APRIL).directory
    names = [directory.unit("road", day) for day in (date(2027, 3, 31), NEXT_APRIL)]
    assert [unit.name if unit else None for unit in names] == ["道路課", "道路整備課"]


def test_a_post_of_an_old_code_starts_without_what_was_granted_to_the_old_one() -> None:
    story = told().when("end-appointment", by=ADMIN, post="ict-chief", person="0213", to=date(2027, 3, 31))
    story = story.when("abolish-post", by=ADMIN, post="ict-chief", on=NEXT_APRIL)
    story = story.when(
        "establish-post", by=ADMIN, post="ict-chief", title="係長", unit="ict", rank="chief", from_=date(2028, 4, 1)
    )
    post = story.directory.post("ict-chief", date(2028, 4, 1))
    assert post is not None
    assert post.roles == ()


def test_what_is_replayed_from_the_ledger_equals_what_was_decided() -> None:
    for fact in (_event(told().when(text, by=ADMIN)) for text in CHANGES):
        assert msgspec.json.decode(msgspec.json.encode(fact), type=type(fact)) == fact
    proposed = _event(told().when(GAINING, by=ADMIN))
    assert msgspec.json.decode(msgspec.json.encode(proposed), type=ChangeProposed) == proposed


def test_every_fact_has_its_own_versioned_tag_in_the_past_participle() -> None:
    tags = [str(event.__struct_config__.tag) for event in EVENTS]
    assert len(set(tags)) == len(tags)
    assert all(tag.startswith("directory.") and tag.endswith(".v1") for tag in tags)


def test_a_batch_of_facts_adds_up_to_the_same_as_one_by_one() -> None:
    facts = [_event(told().when(text, by=ADMIN)) for text in CHANGES]
    one_by_one = demo()
    for fact in facts:
        one_by_one = evolve(one_by_one, fact)
    assert one_by_one == fold(demo(), facts)
    assert one_by_one.version == demo().version + len(facts)


def test_an_older_directory_is_never_changed_by_a_newer_one() -> None:
    old = demo()
    holder = old.holder("road-officer", ON_NEXT_APRIL)
    fold(
        old,
        [
            Transferred(
                valid_from=NEXT_APRIL,
                moves=(
                    Move(person=OFFICER, name="職員0525", from_post="road-officer", to_post="road-2", kind="regular"),
                ),
            )
        ],
    )
    assert old.holder("road-officer", ON_NEXT_APRIL) == holder
    assert (
        evolve(Directory(), Appointed(post="a", person="1", name="職員1", kind="regular", valid_from=NEXT_APRIL)) != old
    )


def test_every_command_has_a_japanese_name_and_every_code_a_japanese_sentence() -> None:
    assert all(label and not label.isascii() for _, label in COMMANDS.values())
    assert all(code.title.endswith("。") and 400 <= code.status < 500 for code in CODES.values())


def _event(story: Told) -> Any:
    (fact,) = story.facts
    return fact
