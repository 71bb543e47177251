"""テレワークデイズ on real parts: units choose, the clock reminds, and the result is fixed from the read models."""

from domain.streams import prefix_of
from tests.flows.campaign_stories import campaign_cancelled, campaign_held
from tests.flows.prefecture import Prefecture


async def test_a_campaign_from_its_opening_to_the_fixed_result(prefecture: Prefecture) -> None:
    campaign = prefecture.of("campaign")
    number = (await campaign_held(prefecture)).removeprefix(prefix_of("campaign"))
    first, second = campaign.state(number).figures
    assert (first.unit, first.planned, first.actual) == ("road", 1, 1)
    assert (second.day, second.planned, second.actual) == (campaign.state(number).last_day, 0, 0)
    assert campaign.tags(number).count("result-fixed") == 1


async def test_a_campaign_that_is_called_off_ends_at_once(prefecture: Prefecture) -> None:
    campaign = prefecture.of("campaign")
    number = (await campaign_cancelled(prefecture)).removeprefix(prefix_of("campaign"))
    assert campaign.tags(number) == ["opened", "unit-joined", "cancelled"]
