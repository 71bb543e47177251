"""The shape of every refusal and failure (RFC 9457)."""

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A closed JSON object."""

    model_config = ConfigDict(extra="forbid")


class WrongInput(Shape):
    """One wrong input."""

    field: str = Field(description="項目の場所(例 attachments.0.sha256)。全体に関わるときは空")
    message: str = Field(description="日本語の説明")


class ProblemDocument(Shape):
    """問題の説明。`code` は変わらない"""

    type: str = Field(examples=["urn:kessai:problem:not-your-turn"])
    title: str = Field(description="人のための日本語の一文")
    status: int
    code: str = Field(description="変わらない符号", examples=["not-your-turn"])
    detail: str = Field(description="開発者のための英語の一文")
    instance: str
    correlation_id: str = Field(description="記録と照合するための番号(W3C trace id)")
    field: str | None = Field(default=None, description="原因となった項目")
    errors: list[WrongInput] | None = Field(default=None, description="誤りのあった項目(invalid のとき)")
