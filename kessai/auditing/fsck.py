"""突き合わせの検査: every read model derived anew beside the live one (I9), and open records beside processes."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import msgspec

from kessai.auditing.running import Running, TemporalSilent, connect, look, told
from kessai.composition import Composition
from projections.position import ReadPosition
from projections.rebuilding import Comparison, compare
from projections.register import PROJECTIONS

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Fsck:
    """What was compared. `ahead`: read models that have seen more than the ledger holds. `running` is None where
    Temporal did not answer.
    """

    head: int
    comparisons: tuple[Comparison, ...]
    never_built: tuple[str, ...]
    ahead: tuple[str, ...]
    running: Running | None

    @property
    def clean(self) -> bool:
        """Whether every read model is what the ledger gives. Processes that are missing are warned of only."""
        return not (self.never_built or self.ahead) and all(each.equal for each in self.comparisons)

    def lines(self) -> Iterator[str]:
        """Give what was found in Japanese."""
        for each in self.comparisons:
            if each.equal:
                yield f"読み取り表 {each.projection}: 位置 {each.position} で一致しています({each.rows:,} 行)。"
            else:
                yield f"読み取り表 {each.projection}: 位置 {each.position} で {each.differences:,} 行が違います。"
                yield from (f"    {row}" for row in each.shown)
        for name in self.never_built:
            yield f"読み取り表 {name}: まだ作られていません。kessai projector を動かしてください。"
        for name in self.ahead:
            yield f"読み取り表 {name}: 台帳(位置 {self.head})より先です。台帳の末尾が失われたおそれがあります。"
        if self.running is None:
            yield "警告: Temporalが応答しないので、動いている案件は確かめていません。"
        else:
            yield f"終わっていない案件: {self.running.open:,} 件"
            yield from (f"警告: {line}" for line in told(self.running))

    def as_json(self) -> bytes:
        """Give the same for machines."""
        return msgspec.json.format(
            msgspec.json.encode(
                {
                    "result": "clean" if self.clean else "findings",
                    "head": self.head,
                    "read_models": [{**asdict(each), "equal": each.equal} for each in self.comparisons],
                    "never_built": self.never_built,
                    "ahead": self.ahead,
                    "processes": asdict(self.running) if self.running else None,
                }
            )
        )


def fsck(parts: Composition, say: Say, *, ask_temporal: bool = True) -> Fsck:
    """Derive everything anew and compare; nothing that is live is changed, and it waits only at the very end.

    `ask_temporal` is False where the instance is known not to run: at its address somebody else's may answer.
    """
    comparisons, never_built = [], []
    for projection in PROJECTIONS:
        say(f"読み取り表 {projection.name} を台帳から作り直して比べています。")
        try:
            comparisons.append(compare(parts.read_store, parts.reader, projection))
        except LookupError:
            never_built.append(projection.name)
    positions = ReadPosition(parts.read_store).positions()
    head = parts.reader.head()  # asked after the positions: live read models only follow
    return Fsck(
        head=head,
        comparisons=tuple(comparisons),
        never_built=tuple(never_built),
        ahead=tuple(sorted(name for name, position in positions.items() if position > head)),
        running=asyncio.run(_running(parts)) if ask_temporal else None,
    )


async def _running(parts: Composition) -> Running | None:
    try:
        return await look(await connect(parts.settings), parts.reader)
    except TemporalSilent:
        return None
