"""What the platform's steps come to, in stories: hashes that say what they grew out of."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from domain.contract.state import Contract
from domain.contract.work import Work

TSA_YEARS = timedelta(days=3650)


def sha(text: str) -> str:
    """A hash, by what it is a hash of."""
    return hashlib.sha256(text.encode()).hexdigest()


def outcome(found: Work, state: Contract, now: datetime) -> tuple[str, dict[str, Any]]:
    """What a step comes to: a new file that grows out of the current one."""
    new, step = sha(f"{found.base}+{found.name}"), {"step": found.name}
    signature = {
        "document": new,
        "base": found.base,
        "level": "B-T",
        "signed_at": now.isoformat(),
        "certificate": sha("certificate"),
        "tsa_certificate": sha("tsa"),
    }
    asked = found.request
    match found.kind:
        case "certify":
            pages = [sha("page 1"), sha("page 2")]
            return "certify-done", {
                **step, "decision_record": sha("record"), "pages": pages, "signature": signature
            }  # fmt: skip
        case "sign" | "complete" if asked is not None:
            told = {"signer": asked.signer, "instruction_sha256": asked.instruction_sha256}
            return "sign-done", {**step, **told, "signature": signature}
        case "prepare" if asked is not None:
            until = (now + timedelta(minutes=30)).isoformat()
            files = {"base": found.base, "prepared": new, "state": sha("state"), "to_sign": "AAAA"}
            return "prepare-done", {
                **step, **files, "signer": asked.signer, "nth": asked.nth, "lease_until": until
            }  # fmt: skip
        case "conclude":
            signers = [each.number for each in state.parties]
            return "conclude", {**step, "document": found.base, "report": sha("report"), "signers": signers}
        case "deliver":
            place = {"checkpoint_position": 4711, "checkpoint": sha("checkpoint")}
            return "deliver", {**step, "evidence": sha("evidence"), **place}
    return "archive-done", archived(found, now)


def archived(found: Work, now: datetime, **changes: Any) -> dict[str, Any]:
    """An archive time stamp that holds for ten years."""
    ends = (now + TSA_YEARS).isoformat()
    return {
        "generation": found.generation,
        "level": "B-LTA",
        "algorithm": "sha256",
        "document": sha(f"{found.base}+{found.name}"),
        "base": found.base,
        "stamped_at": now.isoformat(),
        "tsa_certificate": sha("tsa"),
        "tsa_expires_at": ends,
        "renew_at": ends,
        **changes,
    }
