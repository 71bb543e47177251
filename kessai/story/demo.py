"""`kessai demo`: a throw-away instance on a virtual clock, the six cases, the register; twice gives the same story."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.approval.view import STATUS_LABELS
from domain.eras import short_era_date
from kessai.cli.options import settings_for
from kessai.cli.token import token_for
from kessai.cli.wiring import instance_of
from kessai.clocks import VirtualClock
from kessai.composition import Composition
from kessai.settings import Settings
from kessai.story import cases
from kessai.story.walker import Walker
from kessai.supervisor.instance import running

POSTS = ("road-officer", "road-director", "construction-deputy", "affairs-director", "vice-governor-1", "audit-senior")


def run_demo(*, say: Callable[[str], None], out: Path | None) -> None:
    """Tell the story on an instance of its own; `out` keeps that instance's folder (empty or new) instead of throwing
    it away.
    """
    with _folder(out) as data:
        clock = VirtualClock(data / "clock")
        data.mkdir(parents=True, exist_ok=True)
        clock.set(cases.ABROAD)
        with running(data, environment={"KESSAI_CLOCK": "virtual"}) as (addresses, _):
            settings = replace(settings_for(data), clock="virtual")
            with _walker(settings, say) as walk:
                register = tell(walk, clock.set)
            for line in _register(register):
                say(line)
            for line in _addresses(addresses.api, addresses.ui):
                say(line)


def walk_cases(settings: Settings, say: Callable[[str], None]) -> None:
    """Walk the cases on a running instance, on its own clock: what needs time to pass is left open."""
    with _walker(settings, say) as walk:
        for case in (cases.routine, cases.outsourcing):
            case(walk)


def tell(walk: Walker, advance: cases.Advance) -> list[dict[str, Any]]:
    """Walk all six cases; give them as they ended."""
    return [
        cases.routine(walk),
        cases.outsourcing(walk),
        cases.returned_and_amended(walk),
        cases.payment(walk),
        cases.withdrawn(walk),
        cases.by_proxy(walk, advance),
    ]


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    if out is not None:
        yield out.absolute()
        return
    data = Path(tempfile.mkdtemp(prefix="kessai-demo-"))
    try:
        yield data
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def _walker(settings: Settings, say: Callable[[str], None]) -> Iterator[Walker]:
    parts = Composition(settings)
    instance = instance_of(parts)
    walk = Walker(settings.public_url, lambda post: token_for(instance, post), say)
    try:
        yield walk
    finally:
        walk.close()
        parts.close()


def _register(register: list[dict[str, Any]]) -> Iterator[str]:
    yield ""
    yield "決裁の記録"
    for case in sorted(register, key=lambda each: str(each["number"])):
        amount = f"{case['amount_yen']:>12,}円" if case["amount_yen"] is not None else f"{'―':>12} "
        decided = short_era_date(datetime.fromisoformat(case["decided_at"]).date()) if case["decided_at"] else "―"
        decider = case["decider"]["title"] if case["decider"] else "―"
        number = case["document_number"] or "―"
        state = f"{STATUS_LABELS[case['state']]:　<5}"
        yield f"  {case['number']}  {state} {amount}  {decided:<10} {number:<10} {decider}  {case['title']}"


def _addresses(api: str, ui: str) -> Iterator[str]:
    yield ""
    yield f"画面とAPI: {api}  Temporal Web UI: {ui}(この実演の間だけ開いています)"
    yield "続けて見るには kessai up を実行し、ログイン画面で次の職を選びます:"
    yield "  " + "、".join(POSTS)
