"""電子契約 over HTTP: taken in, prepared from the decision, consented, released, signed; read as it is and was."""

import asyncio
import hashlib
from uuid import uuid5

import msgspec
import pytest

from api.contract_batches import Batch, Item
from domain.envelope import NAMESPACE, command_id
from signing.typesetting.contract_text import Counterparty
from tests.documents.contract_texts import contract_text
from tests.web.api_world import refused
from tests.web.contract_world import SIGNS, contracting
from tests.web.signing_world import SIGNER


@pytest.fixture(scope="module")
def world(database, tmp_path_factory):
    with contracting(database.settings(), tmp_path_factory.mktemp("contracts")) as world:
        yield world


def test_a_text_becomes_the_pdf_that_is_decided_and_then_the_contract(world):
    kept = world.typeset(key="whole")
    assert kept["sha256"] == kept["original_sha256"]
    assert (kept["warnings"], kept["facts"]["amount_yen"]) == ([], 12_000_000)
    assert world.typeset(key="whole") == kept
    approval = world.decided(kept["sha256"])
    contract = world.created(approval, kept["sha256"])
    assert (contract["state"], contract["class"], contract["amount_yen"]) == ("consent_missing", "services", 12_000_000)
    assert contract["documents"]["decided"] == kept["sha256"]
    assert [each["number"] for each in contract["signers"]] == [1, 0]
    again = world.act(contract["number"], "consent", received_on="2026-11-10")
    assert (again["state"], again["waiting_on"]) == ("ready", ["road-officer"])
    sent = world.act(contract["number"], "release")
    assert sent["state"] == "sent"
    labels = [each["label"] for each in world.read(f"/v1/contracts/{contract['number']}/events")["items"]]
    assert labels[0] == "契約の準備"


def test_another_document_or_amount_than_the_decided_one_is_refused(world):
    kept, other = world.typeset(), world.typeset(title="別の業務")
    approval = world.decided(kept["sha256"])
    body = world.body(approval, other["sha256"])
    refused(world.api.post("/v1/contracts", body, key="other"), "document-differs", 422, "document")
    body = {**world.body(approval, kept["sha256"]), "amount_yen": 12_000_001}
    refused(world.api.post("/v1/contracts", body, key="amount"), "amount-differs", 422, "amount_yen")
    missing = {**world.body(approval, kept["sha256"]), "document": "0" * 64}
    refused(world.api.post("/v1/contracts", missing, key="none"), "attachment-unknown", 422, "document")


def test_a_document_that_says_otherwise_than_its_own_decision_is_refused_at_once(world):
    """What the text says is compared as data, not as a picture: for documents that say what they are."""
    later = {"from": "2026-12-02", "to": "2027-03-19"}
    for changes, content, code in (
        ({"amount_yen": 11_000_000, "tax_yen": 1_000_000}, {}, "amount-differs"),
        ({"counterparties": (Counterparty(name="別の会社"),)}, {}, "counterparty-differs"),
        ({}, {"period": later}, "period-differs"),
    ):
        kept = world.typeset(**changes)
        approval = world.decided(kept["sha256"], **content)
        refused(world.api.post("/v1/contracts", world.body(approval, kept["sha256"]), key=code), code, 422, "document")


def test_what_somebody_else_writes_into_the_store_is_not_believed(world):
    """A mark "inspected" that this API did not seal, and a batch planted in somebody's name."""
    hollow = world.signing.kept(b"%PDF-1.7\n%%EOF hollow\n")
    store, mark = world.api.parts.documents, uuid5(NAMESPACE, f"contract-document/{hollow}")
    asyncio.run(store.settled_entry(mark, b"{}"))
    approval = world.signing.decided(hollow)
    refused(world.api.post("/v1/contracts", world.body(approval, hollow), key="marked"), "pdf-not-accepted", 422)
    number, chief = world.signing.prepared(mark="planted"), "road-chief"
    person = world.api.composition.reader.references()[0].holder(chief, world.pages.clock.now()).person
    id_ = command_id(principal=f"person:{person}", method="POST", path="/v1/contract-batches", key="planted")
    planted = Batch(
        verb="release", person=person, post=chief, at=world.pages.clock.now(), items=(Item(number=number, body="{}"),)
    )
    sha256 = asyncio.run(store.keep_bytes(msgspec.json.encode(planted)))
    asyncio.run(store.settled_entry(id_, sha256.encode()))
    refused(world.api.get(f"/v1/contract-batches/{id_}", chief), "document-damaged", 500)
    body = {"verb": "release", "numbers": [number]}
    refused(world.api.post("/v1/contract-batches", body, chief, "planted"), "document-damaged", 500)
    assert world.read(f"/v1/contracts/{number}")["state"] == "ready"


def test_a_document_that_does_not_pass_the_guard_is_never_prepared(world):
    hollow = world.signing.kept(b"%PDF-1.7\n%%EOF\n")
    approval = world.signing.decided(hollow)
    problem = refused(
        world.api.post("/v1/contracts", world.body(approval, hollow), key="hollow"), "pdf-not-accepted", 422
    )
    assert problem["errors"][0]["field"] == "document"
    assert problem["errors"][0]["message"].endswith("。")


def test_a_pdf_from_outside_is_inspected_and_says_what_to_look_at(world):
    kept = world.typeset()
    pdf = world.bytes_of(kept["sha256"])
    sent = world.send_pdf(pdf)
    assert sent.status_code == 201, sent.text
    assert sent.json()["sha256"] == kept["sha256"]
    assert sent.json()["pages"] == kept["pages"]
    refused(world.send_pdf(b"hello", key="text"), "pdf-not-accepted", 422, "file")
    refused(world.send_pdf(pdf + b"x" * 10, key="upload"), "key-reused", 422)
    appended = world.send_pdf(pdf + b"\n%garbage\n" * 20, key="appended")
    if appended.status_code == 201:
        assert appended.json()["sha256"] != appended.json()["original_sha256"]
        assert len(appended.json()["warnings"]) == 1


def test_what_is_wrong_with_a_text_is_said_field_by_field(world):
    problem = refused(
        world.api.post("/v1/contract-documents", {**contract_text_json(), "tax_yen": 1}, key="tax"),
        "contract-text-refused",
        422,
        "tax_yen",
    )
    assert "消費税" in problem["errors"][0]["message"]
    refused(world.api.post("/v1/contract-documents", {"title": 1}, key="shape"), "invalid", 400)


def contract_text_json():
    return msgspec.to_builtins(contract_text())


def test_every_document_is_given_under_the_name_of_office_day_and_matter(world):
    number = world.signing.concluded()
    got = world.api.get(f"/v1/contracts/{number}/document")
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"].startswith("attachment;")
    assert "-20261112-" in got.headers["content-disposition"]
    document = world.read(f"/v1/contracts/{number}")
    assert hashlib.sha256(got.content).hexdigest() == document["documents"]["current"]
    decided = world.api.get(f"/v1/contracts/{number}/decided")
    assert hashlib.sha256(decided.content).hexdigest() == document["documents"]["decided"]
    assert world.api.get(f"/v1/contracts/{number}/evidence").status_code == 200
    page = world.api.get(f"/v1/contracts/{number}/pages/1")
    assert page.headers["content-type"] == "image/png"
    assert world.api.get(f"/v1/contracts/{number}/pages/99").status_code == 404
    first = world.read(f"/v1/contracts/{number}/events")["items"][0]["position"]
    past = world.read(f"/v1/contracts/{number}?as_of={first}")
    assert (past["state"], past["version"]) == ("consent_missing", 1)
    assert world.api.get(f"/v1/contracts/{number}/evidence?as_of={first}").status_code == 404


def test_who_has_no_part_sees_nothing_and_does_nothing(world):
    number = world.signing.prepared(mark="unseen")
    for path in ("", "/events", "/document", "/decided", "/pages/1", "/prepared"):
        assert world.api.get(f"/v1/contracts/{number}{path}", post="housing-officer").status_code == 404
    refused(world.api.post(f"/v1/contracts/{number}/release", {}, post="housing-officer", key="h"), "not-found", 404)


def test_no_official_acts_for_a_counterparty(world):
    number = world.signing.sent(mark="official")
    for verb in ("open", "agree", "forward", "enter-code", "request-code"):
        got = world.api.post(f"/v1/contracts/{number}/{verb}", {}, key=verb)
        assert got.status_code in (401, 404), (verb, got.text)


def test_preparing_can_be_tried_out_and_leaves_nothing(world):
    document = world.typeset()["sha256"]
    approval = world.decided(document)
    head = world.api.composition.reader.head()
    seen = world.api.post("/v1/contracts/preview", world.body(approval, document), key=None)
    assert seen.status_code == 200, seen.text
    assert (seen.json()["number"], seen.json()["version"], seen.json()["state"]) == (None, None, "consent_missing")
    assert seen.json()["stamp_duty"]["saved_yen"] == 20_000
    wrong = {**world.body(approval, document), "class": "works"}
    refused(world.api.post("/v1/contracts/preview", wrong, key=None), "class-not-for-kind", 422, "class")
    assert world.api.composition.reader.head() == head


def test_the_prefectures_own_key_signs_in_two_phases(world):
    number = world.agreed("two phases", prefecture_mode="party")
    asked = world.act(number, "prepare", post=SIGNS, certificates=["MIIB"])
    assert asked["signers"][1]["preparation"]["state"] == "asked"
    refused(world.api.get(f"/v1/contracts/{number}/prepared", SIGNS), "not-found", 404)
    world.signing.platform(number)
    ready = world.read(f"/v1/contracts/{number}/prepared", SIGNS)
    assert (ready["signer"], ready["nth"]) == (0, 1)
    assert ready["to_sign"] == world.read(f"/v1/contracts/{number}")["signers"][1]["preparation"]["to_sign"]
    refused(
        world.api.post(f"/v1/contracts/{number}/complete", {"nth": 2, "signature": "MEUC"}, SIGNS, "c"),
        "no-preparation",
        409,
    )
    done = world.act(number, "complete", post=SIGNS, nth=1, signature="MEUC")
    assert done["signers"][1]["status"] == "agreed"
    assert world.api.get(f"/v1/contracts/{number}/prepared", SIGNS).status_code == 404
    world.signing.platform(number)
    assert world.read(f"/v1/contracts/{number}")["state"] == "concluded"


def test_what_a_fact_names_is_opened_through_the_contract_alone(world):
    number = world.signing.prepared(mark="form")
    form = world.api.upload("同意します".encode(), "同意書.txt", key="form").json()["sha256"]
    assert world.api.get(f"/v1/contracts/{number}/files/{form}").status_code == 404
    world.act(number, "consent", received_on="2026-11-11", form=form)
    assert world.api.get(f"/v1/contracts/{number}/files/{form}").content == "同意します".encode()
    assert world.api.get(f"/v1/contracts/{number}/files/{form}", "farming-officer").status_code == 404
    refused(
        world.api.post(f"/v1/contracts/{number}/consent", {"received_on": "2026-11-11", "form": "0" * 64}, key="none"),
        "attachment-unknown", 422, "form",
    )  # fmt: skip


def test_a_hash_alone_opens_nothing(world):
    """Whoever learns the hash of somebody else's document cannot have it filed with a contract of their own."""
    theirs = world.typeset()["sha256"]
    own = world.signing.prepared(mark="own")
    for verb, body in (
        ("consent", {"received_on": "2026-11-11", "form": theirs}),
        ("terminate", {"on": "2026-11-12", "reason": "解約", "agreement": theirs}),
        ("change-signer", {"signer": 1, "reason": "交代", "to": {**SIGNER, "mandate": {"document": theirs}}}),
    ):
        sent = world.api.post(f"/v1/contracts/{own}/{verb}", body, key=f"steal-{verb}")
        refused(sent, "attachment-unknown", 422)
    document = world.typeset()["sha256"]
    body = world.body(world.decided(document), document)
    body["counterparties"][0]["members"] = [{**SIGNER, "mandate": {"document": theirs}}]
    refused(world.api.post("/v1/contracts", body, key="steal"), "attachment-unknown", 422)
    problem = refused(
        world.api.post("/v1/contract-batches", {"verb": "create", "contracts": [body]}, key="steal"), "invalid", 400
    )
    assert problem["errors"][0]["field"] == "contracts.0.counterparties.0.members.0.mandate.document"
    assert world.api.get(f"/v1/contracts/{own}/files/{theirs}").status_code == 404
