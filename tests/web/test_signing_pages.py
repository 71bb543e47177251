"""The signers' pages without a script: from the link to the signature and the concluded contract, and who stays out."""

from collections.abc import Iterator

import pytest

from api.signing.links import link_path
from tests.conftest import Database
from tests.web.signing_world import SigningWorld, signing


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SigningWorld]:
    with signing(database.settings(), tmp_path_factory.mktemp("signing")) as world:
        yield world


def test_looking_at_the_link_consumes_nothing_however_often_a_scanner_does(world: SigningWorld) -> None:
    number = world.sent()
    before = world.pages.head
    for _ in range(5):
        page = world.browser().open(world.link(number))
        assert page.status == 200
    assert world.pages.head == before
    assert world.party(number).session is None
    assert "受注者A社" in page.text
    assert number in page.text


def test_a_signer_goes_from_the_link_to_the_signature(world: SigningWorld) -> None:
    number = world.sent()
    home = link_path(number, 1)
    browser, page = world.opened(number)
    assert "認証コード" in page.text
    page = browser.send(page, f"{home}/acts/request-code", channel="telephone")
    page = browser.send(page, f"{home}/acts/enter-code", code=world.code(number))
    assert "12,000,000円" in page.text
    for path in ("pages/1.png", "pages/2.png", "document.pdf"):
        assert browser.http.get(f"{home}/{path}").status_code == 200
    page = browser.send(page, f"{home}/acts/agree", confirmed="1")
    assert "署名しています" in page.text
    assert 'http-equiv="refresh"' in page.html
    world.platform(number)
    assert "署名が済みました" in browser.open(home).text
    party = world.party(number)
    assert party.instruction is not None
    assert [factor.kind for factor in party.instruction.factors] == ["link", "telephone"]


def test_another_browser_is_told_and_a_new_link_voids_the_old_one(world: SigningWorld) -> None:
    number = world.sent()
    home, old = link_path(number, 1), world.link(number)
    first, _ = world.opened(number)
    second = world.browser()
    page = second.open(old)
    assert "すでに別の端末" in page.text
    refused = second.http.post(f"{old}/open", data={"key": "another-browser"})
    assert refused.status_code == 409
    assert first.open(home).status == 200
    page = second.send(page, f"{old}/reissue")
    assert "新しいリンクを送ります" in page.text
    assert world.party(number).generation == 2
    assert second.open(old).status == 404
    assert first.open(home).status == 401
    page = second.send(second.open(world.link(number)), f"{world.link(number)}/open")
    assert page.status == 200


def test_the_browser_that_opened_it_comes_back_by_the_same_link(world: SigningWorld) -> None:
    number = world.sent()
    browser, _ = world.opened(number)
    page = browser.open(world.link(number))
    assert page.response.url.path == link_path(number, 1)


def test_pressing_open_twice_opens_once(world: SigningWorld) -> None:
    number = world.sent()
    browser, link = world.browser(), world.link(number)
    form = browser.open(link).form(f"{link}/open")
    answers = [browser.http.post(f"{link}/open", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["set-cookie"] == answers[1].headers["set-cookie"]


def test_the_cookie_is_for_this_signer_out_of_reach_of_scripts_and_other_sites(world: SigningWorld) -> None:
    number = world.sent()
    browser, link = world.browser(), world.link(number)
    answer = browser.http.post(f"{link}/open", data={"key": "k" * 20})
    cookie = answer.headers["set-cookie"]
    assert f"Path={link_path(number, 1)};" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert world.link(number).rpartition("/")[2] not in cookie
    assert answer.headers["location"] == link_path(number, 1)


@pytest.mark.parametrize("change", ["token", "signer", "number", "blank", "long", "not-latin"])
def test_a_link_that_is_not_one_gets_one_calm_page_that_says_nothing(world: SigningWorld, change: str) -> None:
    number = world.sent()
    token = world.link(number).rpartition("/")[2]
    path = {
        "token": f"/sign/{number}/1/{token[:-1]}x",
        "signer": f"/sign/{number}/2/{token}",
        "number": f"/sign/R8-999999/1/{token}",
        "blank": f"/sign/{number}/1/%20",
        "long": f"/sign/{number}/1/{'a' * 199}",
        "not-latin": f"/sign/{number}/1/契約",
    }[change]
    page = world.browser().open(path)
    assert page.status == 404
    assert page.text == world.browser().open(f"/sign/R8-000404/9/{'A' * 43}").text
    assert number not in page.html
    assert "受注者A社" not in page.text


def test_a_withdrawn_contract_has_no_page_any_more(world: SigningWorld) -> None:
    number = world.sent()
    browser, _ = world.opened(number)
    world.api.write_to("contract", "road-officer", "withdraw", number, reason="誤り")
    assert world.browser().open(world.link(number)).status == 404
    assert "この手続きは終わりました" in browser.open(link_path(number, 1)).text


def test_nothing_of_the_contract_is_shown_before_the_second_factor(world: SigningWorld) -> None:
    number = world.sent()
    home = link_path(number, 1)
    browser, page = world.opened(number)
    assert "12,000,000" not in page.text
    for path in ("pages/1.png", "document.pdf", "signed.pdf", "evidence.pdf"):
        assert browser.http.get(f"{home}/{path}").status_code == 403


def test_wrong_codes_are_counted_and_lock_even_the_right_one_out(world: SigningWorld) -> None:
    number = world.sent()
    home = link_path(number, 1)
    browser, page = world.opened(number)
    page = browser.send(page, f"{home}/acts/request-code", channel="sms")
    right = world.code(number)
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(5):
        page = browser.send(page, f"{home}/acts/enter-code", code=wrong)
        assert page.status == 422
    assert "受け付けません" in page.text
    assert world.party(number).locked_until is not None
    token = page.form(f"{home}/leave")["form_token"]
    refused = browser.http.post(f"{home}/acts/enter-code", data={"form_token": token, "key": "late", "code": right})
    assert refused.status_code == 409
    assert world.party(number).authenticated is None


def test_a_code_typed_with_full_width_digits_and_blanks_is_understood(world: SigningWorld) -> None:
    number = world.sent()
    home = link_path(number, 1)
    browser, page = world.opened(number)
    page = browser.send(page, f"{home}/acts/request-code", channel="sms")
    typed = world.code(number).translate({ord("0") + n: ord("０") + n for n in range(10)})
    browser.send(page, f"{home}/acts/enter-code", code=f" {typed[:3]} {typed[3:]} ")
    assert world.party(number).authenticated is not None


def test_declining_says_why_and_ends_the_signing(world: SigningWorld) -> None:
    number = world.sent()
    home = link_path(number, 1)
    browser, page = world.proven(number)
    unsaid = browser.send(page, f"{home}/acts/decline", reason="   ")
    assert unsaid.status == 400
    page = browser.send(unsaid, f"{home}/acts/decline", reason="金額が合意と違います")
    assert "辞退しました" in page.text
    assert world.contract(number).reason == "金額が合意と違います"


def test_forwarding_within_the_company_hands_the_link_over(world: SigningWorld) -> None:
    number = world.sent()
    home = link_path(number, 1)
    browser, page = world.opened(number)
    typed = {"name": "署名者03", "email": "signer03@contractor-a.example.jp", "reason": "担当が違います"}
    page = browser.send(page, f"{home}/acts/forward", **typed)
    assert page.status == 200
    person = world.party(number).signer.person
    assert person is not None
    assert person.name == "署名者03"
    assert browser.open(home).status == 401


def test_a_forward_with_a_mistake_comes_back_as_typed(world: SigningWorld) -> None:
    number = world.sent()
    home = link_path(number, 1)
    browser, page = world.opened(number)
    page = browser.send(page, f"{home}/acts/forward", name="署名者03", email="a b@c", reason="理由")
    assert page.status == 400
    assert page.form(f"{home}/acts/forward")["name"] == "署名者03"
    assert 'aria-invalid="true"' in page.html


def test_agreeing_needs_the_tick(world: SigningWorld) -> None:
    number = world.sent()
    home = link_path(number, 1)
    browser, page = world.proven(number)
    page = browser.send(page, f"{home}/acts/agree")
    assert page.status == 400
    assert world.party(number).agreed_at is None


def test_a_form_of_another_site_or_another_session_does_nothing(world: SigningWorld) -> None:
    number, other = world.sent(), world.sent()
    browser, page = world.proven(number)
    home = link_path(number, 1)
    form = page.form(f"{home}/acts/agree") | {"confirmed": "1"}
    _, foreign = world.opened(other)
    token = foreign.form(f"{link_path(other, 1)}/leave")["form_token"]
    for data, headers in (
        (form, {"origin": "https://evil.example.jp"}),
        (form, {"sec-fetch-site": "cross-site"}),
        (form | {"form_token": token}, {}),
        (form | {"form_token": ""}, {}),
    ):
        assert browser.http.post(f"{home}/acts/agree", data=data, headers=headers).status_code == 403
    assert world.party(number).agreed_at is None


def test_a_party_type_signer_is_told_of_the_two_phases(world: SigningWorld) -> None:
    number = world.sent(members=[{"name": "署名者01", "email": "a@contractor-a.example.jp", "phone": "090-0000-0001",
                                  "mode": "party"}])  # fmt: skip
    _, page = world.proven(number)
    assert "kessai contract sign-with" in page.text
    assert f"{link_path(number, 1)}/acts/agree" not in page.html


def test_the_concluded_contract_is_had_later_by_the_same_link_after_a_new_code(world: SigningWorld) -> None:
    number = world.concluded()
    home = link_path(number, 1)
    world.pages.clock.set(world.pages.clock.now().replace(hour=9))
    browser, page = world.opened(number)
    assert browser.http.get(f"{home}/signed.pdf").status_code == 403
    page = browser.send(page, f"{home}/acts/request-code", channel="sms")
    page = browser.send(page, f"{home}/acts/enter-code", code=world.code(number))
    assert "締結した契約書" in page.text
    signed = browser.http.get(f"{home}/signed.pdf")
    assert signed.headers["content-disposition"] == f'attachment; filename="{number}-signed.pdf"'
    assert browser.http.get(f"{home}/evidence.pdf").status_code == 200


@pytest.mark.parametrize(("asked", "chosen", "wanted"), [
    ("en-GB,en;q=0.8", "", "en"), ("ja,en", "", "ja"), ("fr", "", "ja"), ("ja", "?lang=en", "en"),
    ("en", "?lang=ja", "ja"),
])  # fmt: skip
def test_the_page_speaks_japanese_or_english(world: SigningWorld, asked: str, chosen: str, wanted: str) -> None:
    number = world.sent()
    page = world.browser(**{"accept-language": asked}).open(world.link(number) + chosen)
    assert f'<html lang="{wanted}">' in page.html
    assert ("Open on this device" in page.text) is (wanted == "en")


def test_a_chosen_language_stays(world: SigningWorld) -> None:
    number = world.sent()
    browser = world.browser(**{"accept-language": "ja"})
    browser.open(world.link(number) + "?lang=en")
    page = browser.send(browser.open(world.link(number)), f"{world.link(number)}/open")
    assert "Showing that it is you" in page.text
