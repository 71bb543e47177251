"""The shapes of batches: many contracts prepared, released or signed with one request, and how far they are."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.shapes.problem import Shape
from domain.contract.commands import Create
from domain.contract.commands.parts import CaseNumber

ITEMS_MAX = 500
BatchVerb = Literal["create", "release", "sign"]


class BatchRequest(BaseModel):
    """一括処理。release と sign は `numbers`、create は `contracts`"""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    verb: BatchVerb
    numbers: Annotated[tuple[CaseNumber, ...], Field(max_length=ITEMS_MAX)] = ()
    contracts: Annotated[tuple[Create, ...], Field(max_length=ITEMS_MAX)] = ()


class BatchItem(Shape):
    """一件。refused なら `code` と `reason` がその理由"""

    place: int
    number: str | None = Field(description="create では、準備されてから")
    state: Literal["pending", "accepted", "refused"]
    code: str | None
    field: str | None
    reason: str | None


class BatchCounts(Shape):
    """件数"""

    total: int
    accepted: int
    refused: int
    pending: int


class BatchDocument(Shape):
    """一括処理の進み具合。interrupted なら、同じ鍵でもう一度送ると残りが行われる"""

    id: str
    verb: BatchVerb
    state: Literal["running", "interrupted", "done"]
    begun_at: datetime
    counts: BatchCounts
    items: list[BatchItem]
