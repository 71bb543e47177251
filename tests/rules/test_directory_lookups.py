"""職員録への問い: the demo prefecture's situations, and what holds in every organisation and after every history."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import JST
from domain.directory import RANKS, Directory, evolve, fold, rank_order
from domain.directory.decide import decide_directory
from domain.directory.soundness import flaws
from domain.events import Event
from kessai.directory_diff import diff
from kessai.directory_rows import Desired
from tests.records.directory_story import NOVEMBER, command, demo
from tests.records.directory_story import given as given_to

APRIL = date(2026, 4, 1)
ABROAD = datetime(2026, 11, 20, 10, 0, tzinfo=JST)
ADMIN = "0121"


# ---- the demo prefecture ------------------------------------------------------------------------------------------


def proxies(post: str, at: datetime, line_of: str) -> list[str]:
    return [holder.person for holder in demo().proxies(post, at, line_of=line_of)]


def test_the_line_of_a_division_goes_up_through_its_department_and_vice_governor_to_the_governor() -> None:
    assert [post.code for post in demo().line("road", APRIL)] == [
        "road-senior",
        "road-officer",
        "road-chief",
        "road-lead",
        "road-director",
        "construction-deputy",
        "construction-director",
        "vice-governor-2",
        "governor",
    ]
    assert [post.code for post in demo().line("audit-division", APRIL)] == [
        "audit-senior",
        "audit-director",
        "audit-head",
        "governor",
    ]  # no vice-governor oversees the auditors
    assert [post.code for post in demo().line("tokachi", APRIL)][-2:] == ["vice-governor-2", "governor"]
    assert demo().line("nowhere", APRIL) == ()
    assert demo().unit_path("tokachi-tax", APRIL) == ("tokachi-tax", "tokachi", "pref")


def test_a_vacant_post_is_acted_for_by_the_person_of_the_acting_post() -> None:
    holder = demo().holder("farming-director", NOVEMBER)
    assert holder is not None
    assert (holder.person, holder.name, holder.title) == ("0401", "職員0401", "農政課長事務取扱 農政部長")
    assert holder.acting
    assert demo().heads("0401", "farming", NOVEMBER)
    assert [post.code for post in demo().posts_of("0401", NOVEMBER)] == ["agriculture-director", "farming-director"]


def test_one_person_may_hold_two_posts_highest_first() -> None:
    assert [post.code for post in demo().posts_of("0502", NOVEMBER)] == ["construction-deputy", "works-director"]
    assert demo().heads("0502", "works", NOVEMBER)
    assert demo().in_line_above("0502", "road", NOVEMBER)
    assert not demo().in_line_above("0502", "farming", NOVEMBER)
    assert not demo().in_line_above("0522", "road", NOVEMBER)


def test_roles_and_duties_come_from_the_posts_held() -> None:
    assert demo().roles(ADMIN, NOVEMBER) == {"directory-admin"}
    assert demo().roles("0525", NOVEMBER) == frozenset()
    assert [post.code for post in demo().with_duty("cashier", NOVEMBER)] == ["affairs-chief", "tokachi-tax-chief"]


def test_acting_for_a_post_does_not_lend_its_roles() -> None:
    facts = [
        command_facts("end-appointment post=ict-chief person=0213 to=2026-11-30"),
        command_facts("name-acting post=ict-chief acting_post=ict-shukan from=2026-12-01"),
    ]
    directory = fold(demo(), [fact for each in facts for fact in each])
    at = datetime(2026, 12, 1, tzinfo=JST)
    assert [post.code for post in directory.posts_of("0212", at)] == ["ict-shukan", "ict-chief"]
    assert directory.roles("0212", at) == frozenset()


def command_facts(text: str) -> list[Event]:
    facts = decide_directory(demo(), command(text), given_to(demo(), ADMIN, NOVEMBER))
    return [fact for fact in facts if isinstance(fact, Event)]


@pytest.mark.parametrize(
    ("post", "line_of", "expected"),
    [
        ("governor", "road", ["0002", "0003"]),
        ("vice-governor-2", "road", ["0501"]),  # 主管部長 of the case
        ("vice-governor-2", "welfare", ["0301"]),
        ("construction-director", "road", ["0502", "0521"]),
        ("construction-director", "works", ["0502"]),  # 次長 and 課長 are one person
        ("construction-deputy", "road", ["0521"]),
        ("construction-deputy", "works", []),  # the only 課長 of that line is the absent person
        ("road-director", "road", ["0522", "0523"]),
        (
            "affairs-director",
            "road",
            ["0112", "0113"],
        ),  # not in the case's line: the rank is that of the absent post's own
        ("treasury-director", "road", ["0702", "0711"]),  # by duty, before post and rank
        ("property-director", "property", []),  # signing authority is never exercised by proxy
        ("road-chief", "road", []),
        ("nowhere", "road", []),
    ],
)
def test_who_may_stand_in(post: str, line_of: str, expected: list[str]) -> None:
    assert proxies(post, NOVEMBER, line_of) == expected


def test_while_vice_governor_1_is_abroad_only_vice_governor_2_stands_in_for_the_governor() -> None:
    assert proxies("governor", ABROAD, "road") == ["0003"]
    absence = demo().absence("0002", ABROAD)
    assert absence is not None
    assert (absence.reason, absence.returns_on) == ("海外出張", date(2026, 11, 28))
    edges = [datetime(2026, 11, 15, 23, 59, tzinfo=JST), datetime(2026, 11, 16, tzinfo=JST)]
    edges += [datetime(2026, 11, 27, 23, 59, tzinfo=JST), datetime(2026, 11, 28, tzinfo=JST)]
    assert [demo().absence("0002", at) is not None for at in edges] == [False, True, True, False]
    assert demo().returns_at("0002", ABROAD) == edges[3]


def test_there_is_no_directory_before_its_first_day() -> None:
    eve = datetime(2026, 3, 31, 23, 59, tzinfo=JST)
    assert demo().units(date(2026, 3, 31)) == ()
    assert demo().holder("governor", eve) is None
    assert demo().posts_of("0001", eve) == ()
    assert demo().proxies("governor", eve, line_of="road") == ()
    assert demo().holder("governor", eve + timedelta(minutes=1)) is not None


# ---- every organisation -------------------------------------------------------------------------------------------


@st.composite
def organisations(draw: st.DrawFn) -> dict[str, Any]:
    """A file's data: departments with divisions under a prefecture, each post held, shared, acted for or vacant."""
    units: list[dict[str, Any]] = [{"code": "pref", "name": "県", "kind": "prefecture"}]
    posts: list[dict[str, Any]] = [post("governor", "pref", "governor")]
    departments = [f"d{number}" for number in range(draw(st.integers(1, 3)))]
    for department in departments:
        units.append({"code": department, "name": "部", "kind": "department", "parent": "pref"})
        for rank in draw(st.lists(st.sampled_from(RANKS[:6]), max_size=4)):
            posts.append(post(f"{department}-{len(posts)}", department, rank))
        for number in range(draw(st.integers(0, 3))):
            division = f"{department}v{number}"
            units.append({"code": division, "name": "課", "kind": "division", "parent": department})
            for rank in draw(st.lists(st.sampled_from(RANKS[:5]), max_size=5)):
                posts.append(post(f"{division}-{len(posts)}", division, rank))
    shares = draw(st.lists(st.sampled_from([*departments, None]), min_size=len(departments), max_size=len(departments)))
    overseen = [unit for unit in departments if unit in shares]
    posts.append(post("vice", "pref", "vice_governor") | {"oversees": overseen})
    codes = [each["code"] for each in posts]
    for number, each in enumerate(posts):
        how = draw(st.sampled_from(["held", "held", "held", "shared", "acted", "vacant"]))
        other = draw(st.sampled_from(codes))
        if how in ("held", "shared"):
            each["person"] = f"1{number:03}" if how == "held" else draw(st.sampled_from(["0001", "0002"]))
        elif how == "acted" and other != each["code"]:
            each["acting"] = other
    rules = [
        {
            "for": {"rank": rank},
            "proxies": [{"rank": each} for each in draw(st.lists(st.sampled_from(RANKS), max_size=3))],
        }
        for rank in draw(st.lists(st.sampled_from(RANKS), unique=True))
    ]
    rules.append(
        {"for": {"post": "governor"}, "proxies": [{"post": code} for code in draw(st.lists(st.sampled_from(codes)))]}
    )
    prefecture = {"code": "pref", "name": "県", "valid_from": "2026-04-01"}
    return {"prefecture": prefecture, "units": units, "posts": posts, "proxy_order": rules}


def post(code: str, unit: str, rank: str) -> dict[str, Any]:
    return {"code": code, "title": f"職{code}", "unit": unit, "rank": rank}


def directory_of(data: dict[str, Any]) -> Directory:
    return fold(Directory(), [difference.fact for difference in diff(Directory(), Desired.model_validate(data))])


@given(organisations())
def test_every_line_ascends_and_ends_in_the_governor(data: dict[str, Any]) -> None:
    directory = directory_of(data)
    for unit in directory.units(APRIL):
        line = directory.line(unit.code, APRIL)
        ranks = [rank_order(post.rank) for post in line]
        assert ranks == sorted(ranks)
        assert line[-1].code == "governor"
        assert len({post.code for post in line}) == len(line)
        assert {post.code for post in directory.posts(APRIL) if post.unit == unit.code} <= {post.code for post in line}


@given(organisations(), st.sets(st.sampled_from(["0001", "0002", "1000", "1001", "1002", "1003"])))
def test_no_stand_in_is_absent_or_the_absent_holder_and_none_comes_twice(data: dict[str, Any], away: set[str]) -> None:
    data["absences"] = [
        {"person": person, "from": "2026-11-09", "to": "2026-11-09", "reason": "出張"}
        for person in sorted(away & {post.get("person") for post in data["posts"]})
    ]
    directory = directory_of(data)
    for absent in directory.posts(APRIL):
        holder = directory.holder(absent.code, NOVEMBER)
        for unit in directory.units(APRIL):
            found = [proxy.person for proxy in directory.proxies(absent.code, NOVEMBER, line_of=unit.code)]
            assert len(set(found)) == len(found)
            assert not away & set(found)
            assert holder is None or holder.person not in found


@given(organisations())
def test_behind_every_post_there_is_its_one_person_or_the_acting_one_or_nobody(data: dict[str, Any]) -> None:
    directory = directory_of(data)
    rows = {row["code"]: row for row in data["posts"]}
    vacant = {post.code for post in directory.vacant_posts(APRIL)}
    for code, row in rows.items():
        holder = directory.holder(code, NOVEMBER)
        expected = row.get("person") or rows.get(row.get("acting", ""), {}).get("person")
        assert (holder.person if holder else None) == expected
        assert (code in vacant) == (expected is None)
        assert expected is None or code in {post.code for post in directory.posts_of(expected, NOVEMBER)}
    assert flaws(directory.structure.day(APRIL)) == frozenset()


@given(organisations())
def test_every_prefix_of_an_import_is_a_directory_that_answers(data: dict[str, Any]) -> None:
    directory = Directory()
    for difference in diff(directory, Desired.model_validate(data)):
        directory = evolve(directory, difference.fact)
        assert answers(directory, APRIL) == frozenset()
    assert diff(directory, Desired.model_validate(data)) == []


def answers(directory: Directory, day: date) -> frozenset[str]:
    """Ask everything of that day, and give what does not hold together."""
    noon = datetime.combine(day, datetime.min.time(), tzinfo=UTC)
    for unit in directory.units(day):
        assert directory.line(unit.code, day) is not None
        directory.unit_path(unit.code, day)
    for one in directory.posts(day):
        directory.proxies(one.code, noon, line_of=one.unit)
        spells = [spell for spell in directory.structure.appointments.get(one.code, ()) if spell.covers(day)]
        assert len(spells) <= 1
    return flaws(directory.structure.day(day))
