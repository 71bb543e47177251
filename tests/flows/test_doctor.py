"""What the doctor hears of a real reconciler: its heartbeat wherever it runs, and its silence where it does not."""

import signal
from pathlib import Path

from psycopg.sql import SQL, Identifier

from kessai.doctor.check import Check, Patient
from kessai.doctor.ledger import ledger
from projections.store import read_schema
from tests.conftest import Database
from tests.flows.prefecture import Prefecture, eventually
from tests.flows.role_process import role

AGED = "UPDATE {} SET swept_at = swept_at - interval {}, followed_at = followed_at - interval {}"


async def test_a_stopped_reconciler_is_a_problem_and_a_running_one_is_not(
    prefecture: Prefecture, database: Database, tmp_path: Path
) -> None:
    def heard() -> Check:
        checks = ledger(Patient(settings=prefecture.settings, embedded=False, addresses=None))
        return next(check for check in checks if check.subject == "突き合わせ")

    def time_passes(*, swept: str, followed: str) -> None:
        table = Identifier(read_schema(prefecture.settings.database_schema), "reconciler_heartbeat")
        with database.superuser() as hand:
            hand.execute(SQL(AGED).format(table, swept, followed))

    async def well() -> bool:
        return heard().level == "ok"

    assert "記録がありません" in heard().says
    with role("reconciler", prefecture.settings, tmp_path) as reconciler:
        await eventually(well, "nothing is heard of the reconciler")
        time_passes(swept="0", followed="1 hour")
        await eventually(well, "it follows, and does not say so")
        reconciler.send_signal(signal.SIGTERM)
        assert reconciler.wait(20) == 0
    time_passes(swept="0", followed="3 minutes")
    assert "3 分前" in heard().says
    time_passes(swept="1 hour", followed="0")
    silent = heard()
    assert (silent.level, "60 分前" in silent.says) == ("problem", True)
    assert "kessai reconciler" in silent.do
