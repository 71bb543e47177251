"""Webhook: one system's subscription to our events, as a record; what is sent to it follows from it and the ledger."""

from domain.record import Record, Verb
from domain.view import View
from domain.webhook import commands
from domain.webhook.decide import decide, document, may_read
from domain.webhook.facts import EVENTS
from domain.webhook.state import Webhook, evolve

__all__ = ["RECORD", "Webhook"]

STATES = {"none": "未登録", "active": "配信中", "disabled": "停止中"}


def view(state: Webhook, version: int) -> View:
    """The little there is to show: a subscription waits on nobody and never closes."""
    because = "出来事を待っています" if state.status == "active" else "送信を止めています"
    return View(version=version, state=STATES[state.status], because=because, details=because)


RECORD: Record[Webhook] = Record(
    noun="webhook",
    plural="webhooks",
    label="Webhook",
    events=EVENTS,
    verbs={
        "register": Verb(label="送信先の登録", command=commands.Register, creates=True),
        "disable": Verb(label="送信の停止", command=commands.Disable),
        "enable": Verb(label="送信の再開", command=commands.Enable),
        "rotate-secret": Verb(label="秘密の更新", command=commands.RotateSecret),
        "replay": Verb(label="再送", command=commands.Replay),
    },
    initial=Webhook(),
    evolve=evolve,
    decide=decide,
    view=view,
    document=document,
    due=lambda state, at, directory: (),
    may_read=may_read,
)
