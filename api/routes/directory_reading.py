"""職員録を読む: units, posts and people on a day; who is away; which changes wait for a second person."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.answers import json_answer, time_text
from api.asking import Asker, KessaiPost
from api.auth.principal import Principal, choose_post
from api.errors import Problem
from api.openapi import READS, gives
from api.parts import ApiParts, Parts
from api.reading import After, Cursor, Limit, cursor_of, foreign_cursor, known_query, ledger_reached, page, place_of
from api.routes.case_filters import PLAIN, Day
from api.shapes.directory import AbsencePage, Me, PersonPage, PostPage, ProposalPage, UnitPage
from domain.clock import JST, civil_date
from domain.directory import Absence, Directory, Post, Unit
from domain.directory.proposals import second_persons
from domain.directory.state import Proposal

T = TypeVar("T")
On = Annotated[Day, Query(description="この日の職員録(省略すると今日)")]
Code = Annotated[str | None, Query(max_length=64, pattern=PLAIN)]

router = APIRouter(prefix="/v1/directory", tags=["directory"], dependencies=[Depends(known_query)])


async def _directory(parts: Parts, asker: Asker, after: After = None) -> Directory:
    """The newest directory, for whoever has a post in it and for service accounts."""
    await ledger_reached(parts, after)
    directory = await (parts.directory() if after is None else parts.directory.newest())
    if asker.kind == "person" and not directory.posts_of(asker.id, parts.clock.now()):
        raise Problem("forbidden", detail="Only holders of a post may read the directory.")
    return directory


Read = Annotated[Directory, Depends(_directory)]


@router.get("/me", operation_id="get_me", summary="自分が誰か", responses={**gives(200, Me, "自分"), **READS})
async def me(asker: Asker, parts: Parts, kessai_post: KessaiPost = None) -> Response:
    """Who the token stands for now: posts held or acted for, roles, and the post a command would be sent as."""
    directory, now = await parts.directory.newest(), parts.clock.now()
    post = choose_post(asker, kessai_post, directory, now)
    person = asker.kind == "person"
    own = directory.posts_of(asker.id, now) if person else ()
    return json_answer(
        {
            "kind": asker.kind,
            "person": asker.id,
            "name": directory.name(asker.id) if person else None,
            "post": post.code if post else None,
            "posts": [_own(directory, each, now) for each in own],
            "roles": sorted(directory.roles(asker.id, now)) if person else [],
            "absent_until": _absent_until(directory, asker.id, now),
            "on": civil_date(now),
        }
    )


@router.get("/units", operation_id="list_units", summary="所属", responses={**gives(200, UnitPage, "所属"), **READS})
async def units(parts: Parts, directory: Read, on: On = None, cursor: Cursor = None, limit: Limit = 200) -> Response:
    """In the order they were entered, as they are on the day `on`."""
    day = on or civil_date(parts.clock.now())
    return _paged(directory.units(day), _unit, lambda unit: unit.code, cursor, limit)


@router.get("/posts", operation_id="list_posts", summary="職", responses={**gives(200, PostPage, "職"), **READS})
async def posts(
    parts: Parts, directory: Read, on: On = None, unit: Code = None, cursor: Cursor = None, limit: Limit = 200
) -> Response:
    """With their holders on the day `on`; `unit` narrows to the posts of one unit."""
    at = _at(parts, on)
    found = [post for post in directory.posts(civil_date(at)) if unit in (None, post.unit)]
    return _paged(found, lambda post: _post(directory, post, at), lambda post: post.code, cursor, limit)


@router.get(
    "/people", operation_id="list_people", summary="職員", responses={**gives(200, PersonPage, "職員"), **READS}
)
async def people(
    parts: Parts, directory: Read, on: On = None, unit: Code = None, cursor: Cursor = None, limit: Limit = 200
) -> Response:
    """Whoever holds or acts for a post on the day `on`, by number."""
    at = _at(parts, on)
    found: dict[str, list[str]] = {}
    for post in directory.posts(civil_date(at)):
        holder = directory.holder(post.code, at)
        if holder is not None and unit in (None, post.unit):
            found.setdefault(holder.person, []).append(post.code)
    rows = sorted(found.items())
    return _paged(rows, lambda row: _person(directory, *row, at), lambda row: row[0], cursor, limit)


@router.get(
    "/absences",
    operation_id="list_absences",
    summary="これからと現在の不在",
    responses={**gives(200, AbsencePage, "不在"), **READS},
)
async def absences(
    asker: Asker, parts: Parts, directory: Read, person: Code = None, cursor: Cursor = None, limit: Limit = 200
) -> Response:
    """Confirmed absences that have not ended, by their beginning."""
    now = parts.clock.now()
    found = [a for a in directory.absences.values() if a.away_until > now and person in (None, a.person)]
    found.sort(key=lambda absence: (absence.begins_at, absence.absence))
    return _paged(found, lambda a: _absence(directory, a, asker, now), lambda a: a.absence, cursor, limit)


@router.get(
    "/proposals",
    operation_id="list_proposals",
    summary="第二者の承認を待つ変更",
    responses={**gives(200, ProposalPage, "提案"), **READS},
)
async def proposals(asker: Asker, parts: Parts, directory: Read, cursor: Cursor = None, limit: Limit = 200) -> Response:
    """Changes from which their author would gain, without effect until somebody else confirms: one's own, those that
    concern one, those one may confirm; all of them for auditors and administrators of the directory.
    """
    now = parts.clock.now()
    found = [each for each in directory.pending() if _concerns(directory, each, asker, now)]
    return _paged(found, _proposal, lambda each: each.proposal, cursor, limit)


def _concerns(directory: Directory, proposal: Proposal, asker: Principal, at: datetime) -> bool:
    if asker.kind != "person":
        return False
    if directory.roles(asker.id, at) & {"auditor", "directory-admin"}:
        return True
    second = {holder.person for holder in second_persons(directory, proposal, at)}
    return asker.id in {proposal.proposed_by, *proposal.concerned, *second}


def _paged(
    rows: Sequence[T], shown: Callable[[T], dict[str, Any]], place: Callable[[T], str], cursor: str | None, limit: int
) -> Response:
    start = 0
    if cursor is not None:
        places = [place(row) for row in rows]
        seen = place_of(cursor)
        if seen not in places:
            raise foreign_cursor()
        start = places.index(seen) + 1
    some = rows[start : start + limit]
    more = start + limit < len(rows)
    return json_answer(page([shown(row) for row in some], cursor_of(place(some[-1])) if more else None))


def _at(parts: ApiParts, on: date | None) -> datetime:
    """Now, or noon of another day: appointments hold for whole days."""
    now = parts.clock.now()
    return now if on is None else datetime.combine(on, time(12), JST)


def _unit(unit: Unit) -> dict[str, Any]:
    names = ("code", "name", "kind", "parent", "document_symbol")
    return {name: getattr(unit, name) for name in names}


def _post(directory: Directory, post: Post, at: datetime) -> dict[str, Any]:
    names = ("code", "title", "unit", "rank", "oversees", "roles", "duties", "acting")
    holder = directory.holder(post.code, at)
    who = {n: getattr(holder, n) for n in ("person", "name", "title", "acting")} if holder else None
    return {**{name: getattr(post, name) for name in names}, "holder": who}


def _own(directory: Directory, post: Post, at: datetime) -> dict[str, Any]:
    holder = directory.holder(post.code, at)
    names = ("code", "unit", "rank")
    title, acting = (holder.title, holder.acting) if holder else (post.title, False)
    return {**{name: getattr(post, name) for name in names}, "title": title, "acting": acting}


def _person(directory: Directory, person: str, posts: list[str], at: datetime) -> dict[str, Any]:
    until = _absent_until(directory, person, at)
    return {"person": person, "name": directory.name(person) or person, "posts": posts, "absent_until": until}


def _absent_until(directory: Directory, person: str, at: datetime) -> str | None:
    absence = directory.absence(person, at)
    return time_text(absence.away_until) if absence else None


def _absence(directory: Directory, absence: Absence, asker: Principal, at: datetime) -> dict[str, Any]:
    own = directory.posts_of(absence.person, at)
    may = asker.kind == "person" and (
        asker.id in (absence.person, absence.entered_by)
        or "directory-admin" in directory.roles(asker.id, at)
        or any(directory.in_line_above(asker.id, post.unit, at) for post in own)
    )
    return {
        "absence": absence.absence,
        "person": absence.person,
        "begins_at": time_text(absence.begins_at),
        "ends_at": time_text(absence.away_until),
        "reason": absence.reason if may else None,
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal": proposal.proposal,
        "state": proposal.state,
        "proposed_by": proposal.proposed_by,
        "concerned": proposal.concerned,
        "changes": [msgspec.to_builtins(fact) for fact in proposal.facts],
    }
