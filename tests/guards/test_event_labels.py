"""Every event that any record writes has a Japanese name, and none is named that nobody writes."""

from api.event_labels import LABELS
from kessai.processes import EVENTS


def test_every_event_has_a_japanese_name() -> None:
    assert {str(event.__struct_config__.tag) for event in EVENTS} == set(LABELS)
