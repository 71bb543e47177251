"""Drills found prefectures as the flows do."""

from tests.flows.conftest import founded, founding, temporal

__all__ = ["founded", "founding", "temporal"]
