"""Campaigns over HTTP and on pages: a prefecture whose commands go straight to the ledger."""

from datetime import UTC, datetime
from typing import Any

from domain.campaign import RECORD
from kessai.campaign_result import CampaignResult
from projections.position import ReadPosition
from projections.queries.telework import Teleworks
from tests.web.api_world import ApiWorld

OPEN: dict[str, Any] = {
    "name": "テレワークデイズ 集中実施期間",
    "first_day": "2026-11-16",
    "last_day": "2026-12-11",
    "note": "できるだけ多くの職員で実施してください。",
}
DAYS = ["2026-11-18", "2026-12-02"]
AFTERWARDS = datetime(2026, 12, 14, 1, 0, tzinfo=UTC)


def opened_campaign(api: ApiWorld, *, key: str = "open", **changes: Any) -> str:
    """Open a campaign over HTTP; its number."""
    response = api.post("/v1/telework-campaigns", {**OPEN, **changes}, post="reform-director", key=key)
    assert response.status_code == 201, response.text
    return str(response.json()["number"])


def act(api: ApiWorld, number: str, verb: str, *, post: str, key: str = "", **body: Any) -> dict[str, Any]:
    """Send a verb over HTTP; the document."""
    path = f"/v1/telework-campaigns/{number}/{verb}"
    response = api.post(path, body, post=post, key=key or f"{verb}-{post}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def fix_result(api: ApiWorld, number: str) -> None:
    """Have the rule 実施結果の確定 act, as the campaign's process would."""
    parts = api.composition
    result = CampaignResult(
        reader=parts.reader, teleworks=Teleworks(parts.read_store), position=ReadPosition(parts.read_store)
    )
    api.project()
    command = result(parts.reader.fold(RECORD, number)[0])
    assert command is not None
    outcome = parts.writer.apply_rule(
        RECORD, number=number, verb="fix-result", rule="system:fix-result", name="実施結果の確定",
        occasion="fix-result", command=command,
    )  # fmt: skip
    assert outcome.result == "accepted", outcome
    api.project()
