"""Group commit: appends that arrive while another one is being written go into the next transaction together, under one
lock and with one flush.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from eventsourcing.persistence import IntegrityError

from domain.ledger.appends import Append, Written, joined

JOINS_ROWS_MAX = 50  # a bigger append goes alone: it would gain nothing and keep the others waiting
APPENDS_MAX = 32


@dataclass(eq=False)
class _Waiting:
    append: Append
    became: Written | Exception | None = None


class GroupCommit:
    """Shared by the threads of one process. `write` takes one append to the database, or raises."""

    def __init__(self, write: Callable[[Append], Written]) -> None:
        self._write = write
        self._turn = threading.Lock()
        self._arriving = threading.Lock()
        self._waiting: list[_Waiting] = []

    def append(self, append: Append) -> Written:
        """Write `append`, alone or together with others; raise what writing it raised."""
        if len(append.rows) > JOINS_ROWS_MAX:
            return self._write(append)
        mine = _Waiting(append)
        with self._arriving:
            self._waiting.append(mine)
        with self._turn:
            if mine.became is None:
                self._settle(self._group(mine))
        if isinstance(mine.became, Written):
            return mine.became
        assert mine.became is not None, "whoever has had a turn is settled"
        raise mine.became

    def _group(self, mine: _Waiting) -> list[_Waiting]:
        """Take those waiting that can go together with `mine`: none of them may touch what another rests on."""
        group = [mine]
        with self._arriving:
            for each in self._waiting:
                if each is not mine and all(each.append.independent(other.append) for other in group):
                    group.append(each)
            del group[APPENDS_MAX:]
            self._waiting = [each for each in self._waiting if each not in group]
        return group

    def _settle(self, group: list[_Waiting]) -> None:
        """Write the group in one transaction; where one of them conflicts, none is written, and each goes by itself."""
        became = self._attempt(joined([each.append for each in group]))
        if isinstance(became, IntegrityError) and len(group) > 1:
            for each in group:
                each.became = self._attempt(each.append)
            return
        ahead = 0
        for each in group:
            each.became = Written(became.first + ahead, became.at) if isinstance(became, Written) else became
            ahead += len(each.append.rows)

    def _attempt(self, append: Append) -> Written | Exception:
        try:
            return self._write(append)
        except Exception as error:  # noqa: BLE001  # raised again in every thread whose append it concerns
            return error
