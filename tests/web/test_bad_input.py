"""Bad input: each kind gets its own clear problem, before anything is decided or written."""

import json
from collections.abc import Iterator

import pytest

from tests.conftest import Database
from tests.web.api_world import ApiWorld, opened, refused

GOODS = {"kind": "goods", "title": "路面性状調査用カメラの購入", "body": "更新のため", "amount_yen": 300_000}
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    with opened(database.settings(), tmp_path_factory.mktemp("api")) as world:
        yield world


def draft(**changed):
    return {name: value for name, value in {**GOODS, **changed}.items() if value is not ...}


def test_a_post_without_a_key_is_told_so(world: ApiWorld) -> None:
    refused(world.post("/v1/approvals", GOODS, key=None), "key-missing", 400, "Idempotency-Key")


def test_a_key_has_at_most_255_characters_of_any_kind(world: ApiWorld) -> None:
    refused(world.post("/v1/approvals", GOODS, key="k" * 256), "invalid", 400, "Idempotency-Key")
    headers = world.headers("road-officer", **{"Content-Type": "application/json"})
    longest = {name.encode(): value.encode() for name, value in headers.items()} | {
        b"Idempotency-Key": ("鍵" * 255).encode()
    }
    response = world.http.post("/v1/approvals", content=b"[]", headers=longest)
    refused(response, "invalid", 400, "")  # past the key: the body is what is wrong


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"kind": ...}, "kind", "必須の項目です。"),
        ({"amount_yen": "300000"}, "amount_yen", "整数で指定してください。"),
        ({"amount_yen": 1.5}, "amount_yen", "整数で指定してください。"),
        ({"amount_yen": -1}, "amount_yen", "0以上で指定してください。"),
        ({"amount_yen": 10**30}, "amount_yen", "10000000000000以下で指定してください。"),
        ({"amount": 1}, "amount", "この名前の項目はありません。"),
        ({"title": ""}, "title", "1文字以上で指定してください。"),
        ({"title": "あ" * 201}, "title", "200文字以内で指定してください。"),
        ({"title": "改行\nあり"}, "title", "使えない文字(U+000A)が含まれています。"),
        ({"urgent": "yes"}, "urgent", "true か false で指定してください。"),
        ({"needed_by": "11/24"}, "needed_by", "日付(例 2026-11-24)で指定してください。"),
        ({"flags": "important"}, "flags", "配列で指定してください。"),
        ({"counterparty": "株式会社"}, "counterparty", "オブジェクトで指定してください。"),
        ({"counterparty": {"name": "株式会社", "corporate_number": "12"}}, "counterparty.corporate_number", "形式が"),
        ({"period": {"from": "2027-01-02", "to": "2027-01-01"}}, "period", "終わりの日が始まりの日より前です。"),
        ({"attachments": [{"sha256": "x", "name": "a"}]}, "attachments.0.sha256", "形式が正しくありません。"),
    ],
)
def test_each_wrong_field_is_named_with_a_japanese_sentence(world: ApiWorld, changed, field, message) -> None:
    problem = refused(world.post("/v1/approvals", draft(**changed)), "invalid", 400, field)
    assert problem["errors"][0]["field"] == field
    assert problem["errors"][0]["message"].startswith(message)


def test_every_wrong_field_is_named_at_once(world: ApiWorld) -> None:
    problem = refused(world.post("/v1/approvals", draft(kind=3, title=None, nonsense=1)), "invalid", 400)
    assert {each["field"] for each in problem["errors"]} == {"kind", "title", "nonsense"}


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        (b"{", "", "JSONとして読み取れません(2文字目)。"),
        (b"[]", "", "オブジェクトで指定してください。"),
        (b"null", "", "オブジェクトで指定してください。"),
        (b"\xff\xfe{}", "", "UTF-8ではありません(1バイト目)。"),
        (b'\xef\xbb\xbf{"kind": "goods"}', "", "JSONとして読み取れません"),
        (b'{"kind": "goods", "kind": "works"}', "kind", "同じ名前の項目が二つあります。"),
        (b'{"amount_yen": NaN}', "", "JSONで許されない数が含まれています。"),
        (b'{"amount_yen": ' + b"9" * 5000 + b"}", "", "JSONで許されない数が含まれています。"),
        (b'{"title": "a\\u0000b"}', "title", "使えない文字"),
        (b'{"title": "a\\ud800b"}', "title", "使えない文字"),
        (b'{"attachments": [{"name": "\\udfff"}]}', "attachments.0.name", "使えない文字"),
        (b'{"a\\ud800": 1}', "", "項目の名前に使えない文字が含まれています。"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "", "入れ子が深すぎます。"),
        (b"[" * 100_000, "", "入れ子が深すぎます。"),
    ],
)
def test_what_is_not_strict_json_is_refused_with_its_place(world: ApiWorld, body, field, message) -> None:
    problem = refused(world.post("/v1/approvals", body), "invalid", 400, field)
    assert problem["errors"][0]["message"].startswith(message)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_refused(world: ApiWorld, kind) -> None:
    headers = world.headers("road-officer", **{"Idempotency-Key": "k", "Content-Type": kind})
    response = world.http.post("/v1/approvals", content=json.dumps(GOODS).encode(), headers=headers)
    refused(response, "unsupported-media-type", 415)


def test_an_oversized_body_is_refused_whether_it_says_so_or_not(world: ApiWorld) -> None:
    large = json.dumps(draft(body="あ" * MEBIBYTE)).encode()
    refused(world.post("/v1/approvals", large), "body-too-large", 413)
    headers = world.headers("road-officer", **{"Idempotency-Key": "k", "Content-Type": "application/json"})
    pieces = (large[at : at + 65536] for at in range(0, len(large), 65536))
    refused(world.http.post("/v1/approvals", content=pieces, headers=headers), "body-too-large", 413)


def test_an_attachment_of_100_megabytes_is_refused_and_the_answer_arrives(world: ApiWorld) -> None:
    def body():
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
        for _ in range(100):
            yield b"\0" * MEBIBYTE

    form = {"Idempotency-Key": "k", "Content-Type": "multipart/form-data; boundary=b"}
    headers = world.headers("road-officer", **form)
    said = {**headers, "Content-Length": str(sum(map(len, body())))}
    for sent in (said, headers):
        response = world.http.post("/v1/attachments", content=body(), headers=sent)
        refused(response, "attachment-too-large", 413)


def test_headers_beyond_32_kilobytes_are_refused(world: ApiWorld) -> None:
    headers = world.headers("road-officer") | {f"X-Filler-{n}": "x" * 4000 for n in range(9)}
    refused(world.http.get("/v1/inbox", headers=headers), "headers-too-large", 431)


def test_another_host_is_refused(world: ApiWorld) -> None:
    refused(world.get("/v1/inbox", Host="elsewhere.example"), "unknown-host", 400, "Host")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/approvals?stat=draft", "stat"),
        ("/v1/approvals?state=drafted", "state.0"),
        ("/v1/approvals?limit=0", "limit"),
        ("/v1/approvals?limit=201", "limit"),
        ("/v1/approvals?limit=1&limit=2", "limit"),
        ("/v1/approvals?amount_min=-1", "amount_min"),
        ("/v1/approvals?from=20261124", "from"),
        ("/v1/approvals?from=1700000000", "from"),
        ("/v1/approvals?due_before=2026-11-24T00:00:00", "due_before"),
        ("/v1/approvals?cursor=abc", "cursor"),
        ("/v1/approvals?q=%00", "q"),
        ("/v1/approvals?after=-1", "after"),
        ("/v1/approvals/R8-000001?as_of=yesterday", "as_of"),
        ("/v1/approvals/R8-000001?as_of=2026-11-24T00:00:00", "as_of"),
        ("/v1/directory/units?on=2026-13-01", "on"),
        ("/v1/directory/units?cursor=abc", "cursor"),
    ],
)
def test_wrong_query_parameters_are_refused_by_name(world: ApiWorld, path, field) -> None:
    refused(world.get(path), "invalid", 400, field)


def test_if_match_is_a_version_and_agrees_with_the_body(world: ApiWorld) -> None:
    path = "/v1/approvals/R8-000001/submit"
    refused(world.post(path, {}, **{"If-Match": "seven"}), "invalid", 400, "If-Match")
    refused(world.post(path, {"version": 6}, **{"If-Match": '"7"'}), "invalid", 400, "If-Match")


def test_what_is_not_there_is_a_problem_too(world: ApiWorld) -> None:
    refused(world.get("/v1/nothing"), "not-found", 404)
    refused(world.get("/v1/approvals/R8-000001/approve"), "method-not-allowed", 405)
    refused(world.post("/v1/approvals/R8-000001/remind", {}), "not-found", 404)
    refused(world.post("/v1/approvals/../secret/approve", {}), "not-found", 404)
    refused(world.post("/v1/approvals/%00/approve", {}), "not-found", 404)


def test_without_a_token_nothing_is_looked_at(world: ApiWorld) -> None:
    response = world.http.post("/v1/approvals", content=b"{")
    assert refused(response, "token-missing", 401)["title"] == "ログインしていません。"
    assert response.headers["www-authenticate"].startswith("Bearer")
    refused(world.http.get("/v1/inbox", headers={"Authorization": "Bearer x.y.z"}), "token-malformed", 401)


def test_somebody_elses_post_is_refused(world: ApiWorld) -> None:
    refused(world.post("/v1/approvals", GOODS, **{"Kessai-Post": "governor"}), "not-your-post", 403)
    refused(world.get("/v1/inbox", **{"Kessai-Post": "governor"}), "not-your-post", 403)


def test_while_temporal_is_away_a_command_is_busy_and_says_when_to_come_back(world: ApiWorld) -> None:
    response = world.post("/v1/approvals", GOODS)
    refused(response, "busy", 503)
    assert int(response.headers["retry-after"]) > 0


def test_every_answer_has_a_correlation_id_and_continues_the_callers_trace(world: ApiWorld) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    response = world.get("/v1/nothing", traceparent=f"00-{trace}-00f067aa0ba902b7-01")
    assert response.json()["correlation_id"] == trace
    assert response.headers["traceparent"].startswith(f"00-{trace}-")
    again = world.get("/v1/nothing", traceparent="00-nonsense")
    assert len(again.json()["correlation_id"]) == 32


def test_no_answer_may_be_framed_sniffed_or_cached(world: ApiWorld) -> None:
    headers = world.get("/v1/nothing").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
