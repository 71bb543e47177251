"""Try."""
from pathlib import Path
import pytest
from tests.browser.phone import chromium, phone
from tests.web.page_world import pages, ROUTINE

def test_try(database, tmp_path):
    out = Path("/tmp/shots"); out.mkdir(exist_ok=True)
    with pages(database.settings(), tmp_path) as world, chromium() as browser:
        a = str(world.api.http.base_url).rstrip("/")
        n = world.submitted(urgent=True)
        n2 = world.submitted(number="R8-000002", title="市町村道の除雪に関する委託契約の変更について（令和8年度・その2）", amount_yen=64_000_000)
        world.walk(n, ("road-chief", "approve"), ("road-lead", "approve"))
        world.api.project()
        with phone(browser, a, out) as p:
            p.log_in("road-director"); p.picture("inbox")
            p.open(f"/approvals/{n}"); p.picture("case"); p.picture("case-top", whole=False)
            p.open(f"/approvals/{n}/acts/return"); p.picture("return")
            p.open(f"/approvals/{n}/history"); p.picture("history")
            p.open(f"/approvals"); p.picture("list")
            p.open(f"/approvals/new"); p.picture("new")
            print(p.complaints, p.overflows())
        world.walk(n, ("road-director", "approve"), ("affairs-director", "concur"))
        world.api.project()
        with phone(browser, a, out, dark=True) as p:
            p.log_in("construction-deputy"); p.picture("inbox-dark")
            p.open(f"/approvals/{n}"); p.picture("decide-dark")
            p.open(f"/approvals/{n}/acts/reject"); p.picture("reject-dark")
            print(p.complaints, p.overflows())
        with phone(browser, a, out) as p:
            p.log_in("construction-deputy"); 
            p.open(f"/approvals/{n}"); p.picture("decide")
            p.open(f"/approvals/{n}/acts/reject"); p.picture("reject")
            p.open(f"/approvals/{n}/acts/add-reviewer"); p.picture("add")
            print(p.complaints, p.overflows())
