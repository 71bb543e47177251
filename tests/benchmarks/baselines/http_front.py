"""Baseline: FastAPI in front of the bare workflow, and a route that answers a constant; uvicorn with uvloop.

python http_front.py ADDRESS NAMESPACE PORT
"""

import importlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from temporalio.client import Client


class Act(BaseModel):
    """The body of an act."""

    comment: str | None = None


def application(address: str, namespace: str) -> FastAPI:
    """One route to start a case, one to act on it, one that answers a constant."""
    sys.path.insert(0, str(Path(__file__).parent))
    updates = importlib.import_module("temporal_updates")

    @asynccontextmanager
    async def connected(app: FastAPI) -> AsyncIterator[None]:
        app.state.client = await Client.connect(address, namespace=namespace)
        yield

    app = FastAPI(lifespan=connected)

    @app.get("/constant")
    async def constant() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/cases/{case}")
    async def start(case: str) -> dict[str, str]:
        await updates.start(app.state.client, "tuned", case)
        return {"case": case}

    @app.post("/cases/{case}/act")
    async def act(case: str, body: Act) -> dict[str, Any]:
        answer = await updates.act(app.state.client, "tuned", case)
        return {"case": answer.case, "done": answer.done}

    return app


if __name__ == "__main__":
    served = application(sys.argv[1], sys.argv[2])
    uvicorn.run(served, host="127.0.0.1", port=int(sys.argv[3]), loop="uvloop", http="httptools", log_level="warning")
