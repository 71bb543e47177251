"""Generated prefectures and authority tables: vacancies, acting holders, concurrent posts and gaps, combined."""

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from domain.directory import RANKS, Directory, Post, Rank, fold
from domain.policies.approval import RouteQuestion
from domain.policies.authority import AuthorityTable
from tests.rules.organisations import AT, SINCE, organisation

FLAGS = ("important", "unprecedented", "disputed")
UNITS = (
    {"code": "pref", "name": "県", "kind": "prefecture"},
    {"code": "build", "name": "部", "kind": "department", "parent": "pref"},
    {"code": "road", "name": "課", "kind": "division", "parent": "build", "document_symbol": "課"},
    {"code": "local", "name": "局", "kind": "bureau", "parent": "pref"},
    {"code": "tax", "name": "局課", "kind": "division", "parent": "local", "document_symbol": "局"},
    {"code": "money", "name": "出納局", "kind": "department", "parent": "pref"},
    {"code": "books", "name": "出納課", "kind": "division", "parent": "money", "document_symbol": "出"},
)
IN_DIVISION: tuple[Rank, ...] = ("officer", "chief", "lead_assistant_director", "division_director")
IN_DEPARTMENT: tuple[Rank, ...] = ("deputy_director", "department_director")
PROXY_ORDER = (
    {"for": {"duty": "accounting_manager"}, "proxies": [{"rank": "deputy_director"}, {"post": "books-3-0"}]},
)


@dataclass(frozen=True)
class World:
    """A directory, its authority table with the one kind `matter`, and the posts somebody could draft as."""

    directory: Directory
    authority: AuthorityTable
    drafters: tuple[Post, ...]

    def question(self, drafter: Post, amount_yen: int, **more: Any) -> RouteQuestion:
        holder = self.directory.holder(drafter.code, AT)
        assert holder is not None
        return RouteQuestion(
            kind="matter", amount_yen=amount_yen, drafter_post=drafter.code, drafter_person=holder.person, **more
        )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A sound prefecture with somebody to draft in it; each post is held, shared with another, acted for, or vacant."""
    posts = _posts(draw)
    codes = [post["code"] for post in posts]
    for number, post in enumerate(posts):
        how = draw(st.sampled_from(("held", "held", "held", "held", "shared", "acting", "vacant")))
        if how == "held":
            post["person"] = f"1{number:03}"
        elif how == "shared":
            post["person"] = draw(st.sampled_from(("0001", "0002")))
        elif how == "acting":
            post["acting"] = draw(st.sampled_from([code for code in codes if code != post["code"]]))
    posts.append({"code": "spare", "title": "主事", "unit": "road", "rank": "officer", "person": "9999"})
    directory = fold(Directory(), organisation(UNITS, posts, PROXY_ORDER))
    drafters = tuple(post for post in directory.posts(SINCE) if directory.holder(post.code, AT) is not None)
    return World(directory, draw(tables(codes)), drafters)


def _posts(draw: st.DrawFn) -> list[dict[str, Any]]:
    posts = [_post("pref", "governor", 0), _post("pref", "vice_governor", 0) | {"oversees": ["build", "money"]}]
    places = [(unit, rank) for unit in ("road", "tax", "books") for rank in IN_DIVISION]
    places += [(unit, rank) for unit in ("build", "local", "money") for rank in IN_DEPARTMENT]
    for unit, rank in places:
        count = 1 if rank == "department_director" else draw(st.sampled_from((0, 1, 1, 2)))
        posts += [_post(unit, rank, index) for index in range(count)]
    manager = next(post for post in posts if post["code"] == f"money-{RANKS.index('department_director')}-0")
    manager["duties"] = ["accounting_manager"]
    if not any(post["code"] == "books-3-0" for post in posts):
        posts.append(_post("books", "division_director", 0))
    return posts


def _post(unit: str, rank: Rank, index: int) -> dict[str, Any]:
    code = f"{unit}-{RANKS.index(rank)}-{index}"
    return {"code": code, "title": f"{code}職", "unit": unit, "rank": rank}


@st.composite
def tables(draw: st.DrawFn, codes: list[str]) -> AuthorityTable:
    """An authority table: some ranks with ascending limits, concurrence of any posts, perhaps a gate."""
    ranks = draw(st.lists(st.sampled_from(RANKS[2:]), min_size=1, max_size=6, unique=True))
    ordered = sorted(ranks, key=RANKS.index)
    limits: dict[str, int | None] = {rank: 3 ** (index + 1) * 1_000 for index, rank in enumerate(ordered)}
    limits[ordered[-1]] = None
    asked = draw(st.lists(st.tuples(st.sampled_from((0, 3_000, 10_000)), st.sampled_from(codes)), max_size=3))
    row = {
        "label": "案件",
        "limits": limits,
        "concurrence": [{"from": yen, "post": post} for yen, post in asked],
        "gate": draw(st.sampled_from((None, None, "accounting_manager"))),
    }
    text = {
        "edition": "generated",
        "valid_from": SINCE.isoformat(),
        "kinds": {"matter": row},
        "regional": {"division_director_limit_divided_by": 2},
        "reservation": {"flags": FLAGS},
        "line_review": {"ranks": RANKS[1:-1]},
    }
    return AuthorityTable.model_validate_json(json.dumps(text))


amounts = st.one_of(
    st.sampled_from([3**power * 1_000 + step for power in range(1, 7) for step in (-1, 0, 1)]),
    st.integers(min_value=0, max_value=1_000_000),
)
