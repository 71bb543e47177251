"""テレワーク: /v1/telework-requests, one operation for each verb of the record, and orders without a request."""

from fastapi import APIRouter, Depends

from api.reading import known_query
from api.record_routes import RecordRoutes, bodies
from api.routes.telework_examples import EXAMPLES
from api.shapes.telework import TeleworkDocument
from domain.telework import RECORD

BODIES = bodies(RECORD)
router = APIRouter(tags=["telework"], dependencies=[Depends(known_query)])
routes = RecordRoutes(router=router, record=RECORD, shape=TeleworkDocument, case="申請・命令", examples=EXAMPLES)
routes.add_creation(
    "submit",
    path="/v1/telework-requests",
    operation="create_telework",
    summary="テレワークを申請する(期限後は late_reason が要る)",
    made="提出された申請",
)
routes.add_creation(
    "order",
    path="/v1/telework-orders",
    operation="order_telework",
    summary="申請によらずテレワークを命令する(所属長)",
    made="命令",
)
routes.add_reading()
routes.add_acts()
