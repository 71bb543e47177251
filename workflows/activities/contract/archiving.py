"""長期署名・延長: B-LTA once newer revocation data exist, and a new archive time stamp before the last one ends."""

from datetime import timedelta

from domain.contract import commands
from signing import archive
from signing.archive import Archived, ArchiveRefused
from signing.network import NetworkRefused
from workflows.activities.contract.task import Result, StepImpossible, StepWaits, Task, waits_for
from workflows.activities.contract.tools import Tools

ALGORITHMS = ("sha256", "sha384", "sha512")  # the first of those that hold longest
FIRST = 1
AGAIN = timedelta(hours=6)  # where the archive does not say when newer data will be there


async def archive_file(task: Task, tools: Tools) -> Result:
    """Give the file with its next archive time stamp; or say until when it has to wait for newer revocation data."""
    generation = task.work.generation
    assert generation is not None, task.step
    before = await tools.documents.read(task.base)
    try:
        made = await _archived(before, generation, tools)
    except ArchiveRefused as refused:
        if refused.code == "authority-unknown":
            raise StepWaits(f"{refused.reason}信頼する証明書の追加を待っています。 [{refused}]") from refused
        if refused.code != "not-yet":
            raise StepImpossible(refused.code, str(refused)) from refused
        until = refused.try_again_at or task.now + AGAIN
        later = commands.PostponeArchiving(generation=generation, until=until, reason=refused.reason)
        return Result(verb="postpone-archiving", command=later, lasting=False)
    except NetworkRefused as refused:
        raise waits_for(refused, "長期保管のタイムスタンプ") from refused
    if not made.pdf.startswith(before):
        raise StepImpossible("not-a-prefix", "the archive does not begin with the file before")
    done = commands.ArchiveDone(
        generation=generation,
        level=made.level,
        algorithm=made.stamp.imprint,
        document=await tools.documents.keep_bytes(made.pdf),
        base=task.base,
        stamped_at=made.stamp.at,
        tsa_certificate=made.stamp.certificate_sha256,
        tsa_expires_at=made.stamp.not_after,
        renew_at=made.renew_before,
    )
    return Result(verb="archive-done", command=done)


async def _archived(file: bytes, generation: int, tools: Tools) -> Archived:
    """The margin is the rules': `renew_before` is the end itself here."""
    trust = tools.trust()
    act = archive.augment if generation == FIRST else archive.renew
    return await act(
        file,
        trust=trust,
        stamps=tools.stamps,
        revocation=tools.revocation,
        clock=tools.clock,
        algorithm=trust.sunsets.strongest(ALGORITHMS, tools.clock.now()),
        margin=timedelta(0),
    )
