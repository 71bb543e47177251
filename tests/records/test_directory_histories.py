"""職員録の履歴: whatever one administrator does, he never gains alone and every directory on the way holds together."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.directory import RANKS, Directory, fold
from domain.directory.decide import decide_directory
from domain.directory.powers import powers
from domain.directory.soundness import flaws
from domain.events import Event
from domain.refusals import Refused
from tests.records.directory_story import NOVEMBER, command, demo
from tests.records.directory_story import given as given_to

ADMIN = "0121"
POSTS = (
    "personnel-director",
    "personnel-officer",
    "general-director",
    "general-deputy",
    "farming-director",
    "governor",
)
PERSONS = (ADMIN, "0122", "0101", "0102", "0001", "0777")
DAYS = ("2026-10-01", "2026-11-10", "2027-04-01", "2028-04-01")
UNITS = ("personnel", "affairs", "general", "farming", "new")
pick = st.sampled_from
APPOINT = "appoint post={} person={} name=職員 from={} kind=concurrent"
TRANSFER = "transfer person={} from_post={} to_post={} on={}"
TEXTS = st.one_of(
    st.builds(APPOINT.format, pick(POSTS), pick(PERSONS), pick(DAYS)),
    st.builds("end-appointment post={} person={} to={}".format, pick(POSTS), pick(PERSONS), pick(DAYS)),
    st.builds(TRANSFER.format, pick(PERSONS), pick(POSTS), pick(POSTS), pick(DAYS)),
    st.builds("name-acting post={} acting_post={} from={}".format, pick(POSTS), pick(POSTS), pick(DAYS)),
    st.builds("end-acting post={} to={}".format, pick(POSTS), pick(DAYS)),
    st.builds("grant post={} role={} from={}".format, pick(POSTS), pick(("auditor", "directory-admin")), pick(DAYS)),
    st.builds("withdraw post={} role=directory-admin from={}".format, pick(POSTS), pick(DAYS)),
    st.builds("change-post post={} unit={} from={}".format, pick(POSTS), pick(UNITS), pick(DAYS)),
    st.builds("change-post post={} rank={} from={}".format, pick(POSTS), pick(RANKS), pick(DAYS)),
    st.builds("change-unit unit={} parent={} from={}".format, pick(UNITS), pick(UNITS), pick(DAYS)),
    st.builds("establish-unit unit=new name=新課 kind=division parent={} from={}".format, pick(UNITS), pick(DAYS)),
    st.builds("abolish-post post={} on={}".format, pick(POSTS), pick(DAYS)),
    st.builds("record-absence person={} from={} to=2027-05-01 reason=出張".format, pick(PERSONS), pick(DAYS)),
    st.builds("confirm proposal=proposal-{}".format, st.integers(170, 200)),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=12))
def test_whatever_one_administrator_does_alone_he_never_gains_and_the_directory_stays_sound(texts: list[str]) -> None:
    before = directory = demo()
    for text in texts:
        try:
            facts = decide_directory(directory, command(text), given_to(directory, ADMIN, NOVEMBER))
        except Refused:
            continue
        directory = fold(directory, [fact for fact in facts if isinstance(fact, Event)])
    for day in directory.structure.change_days(NOVEMBER.date()):
        assert answers(directory, day) == frozenset()
        now, then = powers(directory.structure.day(day), ADMIN), powers(before.structure.day(day), ADMIN)
        assert not now.exceed(then)


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
