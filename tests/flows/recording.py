"""Recording: histories as they are kept: opened, so that they replay without keys, and without the names of
machines.
"""

import base64
import json
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory

from tests.flows.prefecture import Prefecture
from workflows.codec import SEALED, SealingCodec

HISTORIES = Path(__file__).parents[1] / "histories"
STICKY = "TASK_QUEUE_KIND_STICKY"  # such a queue is called after its worker's process and machine
SEALED_TEXT = base64.b64encode(SEALED).decode()


async def record(prefecture: Prefecture, name: str, workflow_id: str) -> None:
    """Keep every run of a workflow as tests/histories/<name>-<run>.json."""
    runs = [run async for run in prefecture.client.list_workflows(f"WorkflowId = '{workflow_id}'")]
    for serial, run in enumerate(sorted(runs, key=lambda run: run.start_time), 1):
        handle = prefecture.client.get_workflow_handle(workflow_id, run_id=run.run_id)
        history = (await handle.fetch_history()).to_json_dict()
        kept = {"workflow_id": workflow_id, **await _opened(history, prefecture.parts.codec())}
        text = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
        (HISTORIES / f"{name}-{serial}.json").write_text(text + "\n", "utf-8")


def kept(path: Path) -> WorkflowHistory:
    """Give a kept history."""
    history = json.loads(path.read_text("utf-8"))
    return WorkflowHistory.from_json(history.pop("workflow_id"), history)


async def _opened(value: Any, codec: SealingCodec) -> Any:
    """Give a history's JSON with every sealed payload opened and every identity made anonymous."""
    if isinstance(value, list):
        return [await _opened(each, codec) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("metadata", {}).get("encoding") == SEALED_TEXT:
        [payload] = await codec.decode([ParseDict(value, Payload())])
        return MessageToDict(payload)
    named = {"identity", "name"} if value.get("kind") == STICKY else {"identity"}
    return {name: "kessai" if name in named else await _opened(each, codec) for name, each in value.items()}
