"""電子契約 on a phone: every page of it is sound and fits 360 pixels, and everything works without scripts."""

from datetime import UTC, date, datetime

import pytest

from tests.browser.phone import phone
from tests.browser.test_pages_for_everybody import AUDIT
from tests.ledger.contract_facts import archived, prepared, whole
from tests.web.contract_world import contracting

pytestmark = pytest.mark.browser
APRIL = date(2026, 4, 1)


@pytest.fixture(scope="module")
def world(database, tmp_path_factory):
    with contracting(database.settings(), tmp_path_factory.mktemp("contracts-on-a-phone")) as world:
        late = datetime(2026, 4, 8, 3, 0, tzinfo=UTC)
        differing = whole(
            "R8-000103", on=APRIL, signed_at=late, dates_differ=True, retroactive_reason="年度当初から履行するため"
        )
        world.tell("R8-000103", *differing, archived("R8-000103"))
        world.tell(
            "R8-000104",
            prepared("R8-000104", names=("株式会社みどり計画", "青空建設株式会社"), title="橋りょう点検業務委託"),
        )
        yield world


@pytest.fixture(scope="module")
def numbers(world):
    """A contract ready to be sent, one that waits for the prefecture, one concluded."""
    ready = world.signing.prepared(mark="ready")
    found = {"ready": ready, "waiting": world.agreed("waiting"), "concluded": world.signing.concluded()}
    world.api.project()
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_of_contracts_is_sound_and_never_wider_than_a_phone(world, numbers, browser, pictures, dark):
    approval = world.signing.contract(numbers["ready"]).content.basis.approval
    ready, concluded = (f"/contracts/{numbers[each]}" for each in ("ready", "concluded"))
    paths = {
        "list": "/contracts",
        "found": "/contracts?counterparty=受注者&from=2026-01-01&min=1",
        "new": "/contracts/new",
        "prepare": f"/contracts/new?approval={approval}",
        "ready": ready,
        "missing": "/contracts/R8-000104",
        "consent": "/contracts/R8-000104/acts/consent",
        "concluded": concluded,
        "withdraw": f"{ready}/acts/withdraw",
        "change": f"/contracts/{numbers['waiting']}/acts/change-signer",
        "own": f"{ready}/own-signer",
        "terminate": f"{concluded}/acts/terminate",
        "batch": "/contracts/batch",
        "batch-new": "/contracts/batch?verb=create",
        "custody": "/contracts/custody?which=all",
        "reports": "/contracts/reports?by=month",
    }
    with phone(browser, world.pages.address, pictures, dark=dark) as officer:
        officer.log_in("road-officer")
        for name, path in paths.items():
            officer.open(path)
            if not dark:
                officer.picture(f"contract-{name}")
            assert officer.page.evaluate(AUDIT) == [], path
            assert not officer.overflows(), path
        assert officer.complaints == []
    with phone(browser, world.pages.address, pictures, dark=dark) as signer:
        signer.log_in("property-director")
        for name, path in {
            "sign": f"/contracts/{numbers['waiting']}",
            "sign-batch": "/contracts/batch?verb=sign",
        }.items():
            signer.open(path)
            if not dark:
                signer.picture(f"contract-{name}")
            assert signer.page.evaluate(AUDIT) == [], path
            assert not signer.overflows(), path
        assert signer.complaints == []


@pytest.fixture(scope="module")
def april(world, numbers):
    """What waits to be sent on the first of April."""
    found = [world.signing.prepared(mark=f"april-{n}") for n in range(3)]
    world.api.project()
    return found


def test_the_first_of_april_is_a_few_taps_without_scripts(world, april, browser, pictures):
    with phone(browser, world.pages.address, pictures, scripts=False) as officer:
        officer.log_in("road-officer")
        officer.open("/contracts/batch")
        officer.page.get_by_role("button", name="選んだ契約を送る").click()
        officer.page.wait_for_url("**/contracts/batches/*")
        while officer.page.locator("text=最新の状態を見る").count():
            officer.page.get_by_text("最新の状態を見る").click()
        officer.picture("contract-batch-progress")
        assert "終了" in officer.page.inner_text("main")
    assert {world.signing.contract(number).status for number in april} == {"sent"}
