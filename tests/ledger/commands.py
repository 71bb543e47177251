"""Commands for the ledger tests: envelopes of people of the demo organisation, unsigned (signatures are the activity's
matter).
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from domain.approval import RECORD
from domain.envelope import Envelope, Outcome
from domain.ledger.writing import LedgerWriter
from domain.record import Record
from domain.streams import stream_of

ROUTINE: dict[str, Any] = {
    "kind": "routine_reply",
    "title": "道路台帳の照会への回答",
    "body": "次のとおり回答してよろしいか伺います。",
}


def envelope(
    ledger: LedgerWriter,
    post: str,
    verb: str,
    number: str = "R8-000001",
    *,
    key: UUID | None = None,
    record: Record[Any] = RECORD,
    **body: Any,
) -> Envelope:
    """Give the envelope the API would send for the holder of `post`."""
    directory, _ = ledger.reader.references()
    holder = directory.holder(post, datetime.now(UTC))
    assert holder is not None, post
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return Envelope(
        noun=record.noun,
        number=number,
        verb=verb,
        label=record.labels[verb],
        body=text,
        command_id=key or uuid4(),
        payload_sha256=hashlib.sha256(f"{number}{verb}{text}{post}".encode()).hexdigest(),
        person=holder.person,
        post=post,
        correlation_id=stream_of(record.noun, number),
    )


def send(
    ledger: LedgerWriter,
    post: str,
    verb: str,
    number: str = "R8-000001",
    *,
    key: UUID | None = None,
    record: Record[Any] = RECORD,
    **body: Any,
) -> Outcome:
    """Have the ledger take the command at once."""
    return ledger.handle(record, envelope(ledger, post, verb, number, key=key, record=record, **body))
