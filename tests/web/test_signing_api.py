"""The signers' JSON: a session from a link, the verbs with it, and no way from one principal into another's place."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.signing.links import SECRET_CHARACTERS
from api.signing.rates import LINK, Rates
from api.signing.sessions import Session
from domain.contract.facts import Authenticated, Opened
from domain.events import Actor, Meta
from domain.ledger.order import Entry
from domain.policies.contract_rules import ContractRules
from domain.rulebook import parsed
from tests.conftest import Database
from tests.web.api_world import refused
from tests.web.signing_world import COMPANY, OTHER, PDF, SIGNER, SigningWorld, signing

PARTY = {**SIGNER, "mode": "party"}


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SigningWorld]:
    with signing(database.settings(), tmp_path_factory.mktemp("signing")) as world:
        yield world


def proven(world: SigningWorld, number: str, signer: int = 1) -> str:
    session = world.session(number, signer)
    asked = world.post(f"/v1/contracts/{number}/request-code", {"channel": "sms"}, session=session)
    assert asked.status_code == 200, asked.text
    entered = world.post(f"/v1/contracts/{number}/enter-code", {"code": world.code(number, signer)}, session=session)
    assert entered.json()["stage"] == "reading", entered.text
    return session


def test_a_program_signs_for_a_signer(world: SigningWorld) -> None:
    number = world.sent()
    session = proven(world, number)
    seen = world.get(f"/v1/contracts/{number}/signing", session).json()
    assert seen["agreed"]["amount_yen"] == 12_000_000
    assert seen["agreed"]["parties"] == [COMPANY]
    assert world.get(f"/v1/contracts/{number}/signing/document", session).content.startswith(b"%PDF-")
    assert world.get(f"/v1/contracts/{number}/signing/pages/1", session).headers["content-type"] == "image/png"
    assert world.get(f"/v1/contracts/{number}/signing/pages/9", session).status_code == 404
    body = {"document": seen["agreed"]["document"], "statement": seen["agreed"]["statement"]["ja"]}
    agreed = world.post(f"/v1/contracts/{number}/agree", body, session=session)
    assert (agreed.status_code, agreed.json()["stage"]) == (200, "signing"), agreed.text
    assert int(agreed.headers["kessai-position"]) > 0
    again = world.post(f"/v1/contracts/{number}/agree", body, session=session)
    assert again.headers["kessai-position"] == agreed.headers["kessai-position"]


def test_a_session_is_told_again_only_to_whoever_knows_the_nonce(world: SigningWorld) -> None:
    number = world.sent()
    path, token = f"/v1/contracts/{number}/signing-sessions", world.link(number).rpartition("/")[2]
    mine = {"signer": 1, "token": token, "nonce": "n" * 22}
    told = [world.post(path, mine, key="begin") for _ in range(2)]
    assert [each.status_code for each in told] == [201, 201]
    assert told[0].json() == told[1].json()
    for key in ("begin", "another"):
        assert world.post(path, {"signer": 1, "token": token}, key=key).status_code in (409, 422)
        assert world.post(path, {**mine, "nonce": "m" * 22}, key=key).status_code in (409, 422)
    once = world.sent()
    world.session(once, key="begin")
    again = {"signer": 1, "token": world.link(once).rpartition("/")[2]}
    assert world.post(f"/v1/contracts/{once}/signing-sessions", again, key="begin").status_code == 422


def test_the_two_phases_of_a_signer_with_their_own_key(world: SigningWorld) -> None:
    number = world.sent(members=[PARTY])
    session = proven(world, number)
    asked = world.post(f"/v1/contracts/{number}/prepare", {"certificates": ["AAAA"]}, session=session)
    assert (asked.status_code, asked.json()["stage"]) == (200, "preparing"), asked.text
    world.platform(number)
    seen = world.get(f"/v1/contracts/{number}/signing", session).json()
    assert seen["stage"] == "prepared"
    assert seen["preparation"]["to_sign"]
    assert world.get(f"/v1/contracts/{number}/signing/prepared", session).content.startswith(PDF)
    body = {"nth": seen["preparation"]["nth"], "signature": "BBBB"}
    assert world.post(f"/v1/contracts/{number}/complete", body, session=session).status_code == 200
    world.platform(number)
    assert world.get(f"/v1/contracts/{number}/signing", session).json()["stage"] == "signed"


def test_decline_and_forward_by_a_program(world: SigningWorld) -> None:
    number = world.sent()
    session = proven(world, number)
    declined = world.post(f"/v1/contracts/{number}/decline", {"reason": "金額の相違"}, session=session)
    assert (declined.status_code, declined.json()["stage"]) == (200, "declined"), declined.text
    number = world.sent()
    session = world.session(number)
    to = {"name": "署名者03", "email": "signer03@contractor-a.example.jp"}
    forwarded = world.post(f"/v1/contracts/{number}/forward", {"to": to, "reason": "担当違い"}, session=session)
    assert forwarded.status_code == 200, forwarded.text
    refused(world.get(f"/v1/contracts/{number}/signing", session), "signing-session-over", 401)


def test_who_forwards_names_a_person_and_no_document(world: SigningWorld) -> None:
    """A hash of somebody else's file would open it as this contract's mandate."""
    number = world.sent()
    to = {"name": "署名者03", "email": "signer03@contractor-a.example.jp", "mandate": {"document": "0" * 64}}
    sent = world.post(
        f"/v1/contracts/{number}/forward", {"to": to, "reason": "担当違い"}, session=world.session(number)
    )
    refused(sent, "invalid", 400, "to.mandate")


def test_a_link_that_is_not_one_tells_nothing(world: SigningWorld) -> None:
    number = world.sent()
    for body in ({"signer": 1, "token": "x" * 43}, {"signer": 2, "token": "x" * 43}, {"signer": 1, "token": "契約"}):
        refused(world.post(f"/v1/contracts/{number}/signing-sessions", body), "link-not-valid", 404)
        refused(world.post("/v1/contracts/R8-999999/signing-sessions", body), "link-not-valid", 404)
        refused(world.post(f"/v1/contracts/{number}/reissue", body), "link-not-valid", 404)


def test_a_reissue_is_answered_with_nothing_and_voids_session_and_link(world: SigningWorld) -> None:
    number = world.sent()
    session, token = world.session(number), world.link(number).rpartition("/")[2]
    answer = world.post(f"/v1/contracts/{number}/reissue", {"signer": 1, "token": token}, key="again")
    assert (answer.status_code, answer.content) == (202, b"")
    refused(world.get(f"/v1/contracts/{number}/signing", session), "signing-session-over", 401)
    again = {"signer": 1, "token": token}
    refused(world.post(f"/v1/contracts/{number}/signing-sessions", again, key="z"), "link-not-valid", 404)


def test_a_session_sees_no_other_contract_and_no_other_signer(world: SigningWorld) -> None:
    members = [SIGNER, OTHER]
    number = world.sent(members=members, order="parallel")
    other = world.sent()
    session = proven(world, number)
    refused(world.get(f"/v1/contracts/{other}/signing", session), "signing-session-over", 401)
    stretched = session.replace(f"{number}.1.", f"{number}.2.")
    refused(world.get(f"/v1/contracts/{number}/signing", stretched), "signing-session-over", 401)
    moved = session.replace(number, other)
    refused(world.get(f"/v1/contracts/{other}/signing", moved), "signing-session-over", 401)
    whole = world.get(f"/v1/contracts/{number}/signing", session).text
    assert OTHER["email"] not in whole
    assert OTHER["name"] not in whole
    assert OTHER["phone"] not in whole
    assert SIGNER["phone"] not in whole


def test_an_officials_token_never_acts_as_a_counterparty(world: SigningWorld) -> None:
    number = world.sent()
    world.session(number)
    bodies: dict[str, Any] = {
        "request-code": {"channel": "sms"}, "enter-code": {"code": "123456"},
        "agree": {"document": "0" * 64, "statement": "x"}, "register-passkey": {"response": {}},
        "prove-passkey": {"response": {}}, "forward": {"to": {"name": "a", "email": "a@b.jp"}, "reason": "r"},
    }  # fmt: skip
    before = world.pages.head
    for post in ("road-officer", "road-chief", "governor", "ict-chief"):
        for verb, body in bodies.items():
            answer = world.api.post(f"/v1/contracts/{number}/{verb}", body, post=post, key=f"{post}{verb}")
            refused(answer, "signing-session-over", 401)
        refused(world.api.get(f"/v1/contracts/{number}/signing", post=post), "signing-session-over", 401)
        answer = world.api.post(f"/v1/contracts/{number}/open", {"generation": 1, "session": "0" * 64}, post=post)
        assert answer.status_code in (403, 404, 405), answer.text
        for verb, body in (("prepare", {"certificates": ["AAAA"]}), ("complete", {"nth": 1, "signature": "AAAA"})):
            answer = world.api.post(f"/v1/contracts/{number}/{verb}", body, post=post, key=f"o{post}{verb}")
            assert answer.status_code in (403, 404, 409), answer.text
    assert world.pages.head == before
    assert world.party(number).agreed_at is None


def test_a_signing_session_never_acts_as_an_official(world: SigningWorld) -> None:
    number = world.sent()
    session = proven(world, number)
    before = world.pages.head
    for path, body in (
        (f"/v1/contracts/{number}/withdraw", {"reason": "r"}), (f"/v1/contracts/{number}/resend", {"signer": 1}),
        (f"/v1/contracts/{number}/sign", {}), ("/v1/contracts", {}), ("/v1/approvals", {}),
        ("/v1/webhooks", {"url": "https://example.jp", "events": ["*"]}),
    ):  # fmt: skip
        assert world.post(path, body, session=session).status_code == 401, path
    one = f"/v1/contracts/{number}"
    for path in (one, f"{one}/events", "/v1/contracts", "/v1/events", "/v1/deliveries", "/v1/inbox"):
        assert world.get(path, session).status_code == 401, path
    assert world.pages.head == before


def test_a_second_factor_of_one_session_counts_in_no_other(world: SigningWorld) -> None:
    number = world.sent()
    proven(world, number)
    token = world.link(number).rpartition("/")[2]
    world.post(f"/v1/contracts/{number}/reissue", {"signer": 1, "token": token}, key="again")
    fresh = world.session(number, key="fresh")
    refused(world.get(f"/v1/contracts/{number}/signing/document", fresh), "second-factor-required", 403)
    body = {"document": world.contract(number).decided_document, "statement": world_statement(world, number)}
    refused(world.post(f"/v1/contracts/{number}/agree", body, session=fresh), "second-factor-required", 403)


def test_a_code_of_one_contract_opens_no_other_and_none_twice(world: SigningWorld) -> None:
    first, second = world.sent(), world.sent()
    sessions = {each: world.session(each) for each in (first, second)}
    for number, session in sessions.items():
        world.post(f"/v1/contracts/{number}/request-code", {"channel": "sms"}, session=session)
    code = world.code(first)
    assert code != world.code(second)
    foreign = world.post(f"/v1/contracts/{second}/enter-code", {"code": code}, session=sessions[second])
    assert foreign.json()["stage"] == "unproven"
    assert foreign.json()["code"]["tries"] == 1
    entered = world.post(f"/v1/contracts/{first}/enter-code", {"code": code}, session=sessions[first], key="one")
    assert entered.json()["stage"] == "reading"
    spent = world.post(f"/v1/contracts/{first}/enter-code", {"code": code}, session=sessions[first], key="two")
    refused(spent, "code-outdated", 409)


def test_one_key_is_good_for_one_code_whether_right_or_wrong(world: SigningWorld) -> None:
    """Else wrong codes under one key would be one try, and the right one would give itself away."""
    number = world.sent()
    session = world.session(number)
    world.post(f"/v1/contracts/{number}/request-code", {"channel": "sms"}, session=session)
    right, enter = world.code(number), f"/v1/contracts/{number}/enter-code"
    wrong = [f"{(int(right) + n) % 1_000_000:06d}" for n in range(1, 4)]
    first = world.post(enter, {"code": wrong[0]}, session=session, key="same")
    assert first.json()["code"]["tries"] == 1
    for other in (*wrong[1:], right):
        refused(world.post(enter, {"code": other}, session=session, key="same"), "key-reused", 422)
    again = world.post(enter, {"code": wrong[0]}, session=session, key="same")
    assert again.json()["code"]["tries"] == 1
    for n, other in enumerate((*wrong, wrong[0])):
        world.post(enter, {"code": other}, session=session, key=f"own-{n}")
    assert world.party(number).locked_until is not None
    refused(world.post(enter, {"code": right}, session=session, key="late"), "code-locked", 409)


def test_agreeing_to_another_document_or_another_sentence_is_refused(world: SigningWorld) -> None:
    number, other = world.sent(), world.sent(mark="another")
    session = proven(world, number)
    said = world_statement(world, number)
    foreign = {"document": world.contract(other).decided_document, "statement": said}
    assert world.post(f"/v1/contracts/{number}/agree", foreign, session=session, key="a").status_code == 422
    twisted = {"document": world.contract(number).decided_document, "statement": said + "、たぶん"}
    assert world.post(f"/v1/contracts/{number}/agree", twisted, session=session, key="b").status_code == 422
    assert world.party(number).agreed_at is None


def test_a_session_written_into_the_ledger_by_hand_opens_nothing(world: SigningWorld) -> None:
    """Whoever has the application's database role can write facts: they make no session of the API's."""
    number = world.sent()
    parts = world.api.composition
    own = Session(number=number, signer=1, secret="A" * SECRET_CHARACTERS)
    stream, document = f"contract-{number}", world.contract(number).decided_document
    last, now = parts.reader.last_fact(stream), parts.clock.now()
    events = (
        Opened(signer=1, generation=1, session=own.hash, address=None, user_agent=None),
        Authenticated(signer=1, session=own.hash, document=document, factors=(), valid_until=now + timedelta(hours=1)),
    )
    by = Actor(kind="counterparty", person=f"{number}/1", name="相手方の署名者")
    meta = Meta(command_id=uuid4(), payload_sha256="0" * 64, correlation_id=stream, by=by, at=now)
    parts.writer.append_batch([Entry(stream=stream, version=last.version, events=events, meta=meta)])
    assert world.party(number).session == own.hash
    refused(world.get(f"/v1/contracts/{number}/signing", own.token), "signing-session-over", 401)
    body = {"document": document, "statement": world_statement(world, number)}
    refused(world.post(f"/v1/contracts/{number}/agree", body, session=own.token), "signing-session-over", 401)


HOSTILE = [
    "", "\x00", "\ud800", "x" * 5000, "<script>alert(1)</script>", "'; DROP TABLE x;--", "\r\nBcc: a@b.jp", "{{7*7}}",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_in_any_field_are_refused_or_kept_as_texts(world: SigningWorld, text: str) -> None:
    number = world.sent()
    session = world.session(number)
    one = f"/v1/contracts/{number}"
    bodies: list[tuple[str, Any]] = [
        ("request-code", {"channel": text}), ("enter-code", {"code": text}),
        ("agree", {"document": text, "statement": text}), ("decline", {"reason": text}),
        ("forward", {"to": {"name": text, "email": text, "phone": text, "title": text}, "reason": text}),
        ("prepare", {"certificates": [text]}), ("complete", {"nth": text, "signature": text}),
        ("register-passkey", {"response": {"id": text, "rawId": text, "response": text, "type": text}}),
        ("prove-passkey", {"response": {"id": text, "rawId": text, "response": {"clientDataJSON": text}}}),
        ("signing-sessions", {"signer": text, "token": text}), ("reissue", {"signer": 1, "token": text}),
    ]  # fmt: skip
    for verb, body in bodies:
        answer = world.post(f"{one}/{verb}", body, session=session, key=f"h{verb}")
        assert 400 <= answer.status_code < 500, (verb, answer.text)
    for name in ("authorization", "user-agent", "x-forwarded-for", "cookie"):
        header = {name: text.replace("\r\n", "").replace("\x00", "").encode("utf-8", "surrogatepass")}
        assert world.api.http.get(f"{one}/signing", headers=header).status_code < 500
    assert world.party(number).agreed_at is None


def test_too_many_wrong_links_from_one_address_are_slowed_down(world: SigningWorld) -> None:
    spent = Rates()
    kept = world.api.parts.doors.rates
    world.api.parts.doors.rates = spent
    try:
        number = world.sent()
        body = {"signer": 1, "token": "x" * 43}
        answers = [
            world.post(f"/v1/contracts/{number}/signing-sessions", body, key=f"r{n}").status_code
            for n in range(LINK.times + 2)
        ]
        assert answers[0] == 404
        assert answers[-1] == 429
        assert world.session(number)
    finally:
        world.api.parts.doors.rates = kept


def world_statement(world: SigningWorld, number: str) -> str:
    _, rules = world.api.composition.reader.references()
    edition = parsed(rules.named("contract", world.contract(number).content.edition))
    assert isinstance(edition, ContractRules)
    return edition.statement.ja
