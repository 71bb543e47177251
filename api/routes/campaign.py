"""テレワークデイズ: /v1/telework-campaigns, one operation for each verb of the record."""

from fastapi import APIRouter, Depends

from api.reading import known_query
from api.record_routes import RecordRoutes, bodies
from api.routes.campaign_examples import EXAMPLES
from api.shapes.campaign import CampaignDocument
from domain.campaign import RECORD

BODIES = bodies(RECORD)
router = APIRouter(tags=["telework"], dependencies=[Depends(known_query)])
routes = RecordRoutes(router=router, record=RECORD, shape=CampaignDocument, case="テレワークデイズ", examples=EXAMPLES)
routes.add_creation(
    "open",
    path="/v1/telework-campaigns",
    operation="create_campaign",
    summary="テレワークデイズの集中実施期間を設ける(主催する所属の長)",
    made="設けられた集中実施期間",
)
routes.add_reading()
routes.add_acts()
