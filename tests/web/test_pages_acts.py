"""Acting on a case through its forms: the same door as the API, once, and nothing typed is lost when it says no."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.directory.facts import AbsenceRecorded
from kessai.seeding import append_directory
from tests.web.page_world import BACK_AGAIN, ROUTINE, WEDNESDAY_AFTER, pages


@pytest.fixture(scope="module")
def world(database, tmp_path_factory):
    with pages(database.settings(), tmp_path_factory.mktemp("acts")) as world:
        yield world


def person(world, post, _known={}):  # noqa: B006  # one login a post and module
    key = (id(world), post)
    if key not in _known:
        _known[key] = world.person(post)
    return _known[key]


def acted(world, number):
    return [step["outcome"] for step in world.document(number)["route"] if step["state"] == "done"]


def test_an_approval_moves_the_case_on_and_says_so(world):
    number, chief = world.submitted(), person(world, "road-chief")
    page = chief.open(f"/approvals/{number}")
    done = chief.send(page, f"/approvals/{number}/acts/approve", comment="問題ありません")
    assert "「承認」を記録しました。" in done.text
    assert "問題ありません" in done.text
    assert world.document(number)["waiting_on"] == ["road-lead"]
    assert "「承認」を記録しました。" not in chief.open(f"/approvals/{number}").text


def test_a_form_pressed_twice_acts_once(world):
    number, chief = world.submitted(), person(world, "road-chief")
    page = chief.open(f"/approvals/{number}")
    first = chief.send(page, f"/approvals/{number}/acts/approve")
    before = world.head
    second = chief.send(page, f"/approvals/{number}/acts/approve")
    assert (first.status, second.status, world.head) == (200, 200, before)
    assert acted(world, number) == ["approved"]


def test_the_same_form_with_other_words_is_not_taken_for_the_first(world):
    number, chief = world.submitted(), person(world, "road-chief")
    page = chief.open(f"/approvals/{number}")
    chief.send(page, f"/approvals/{number}/acts/approve", comment="一")
    again = chief.send(page, f"/approvals/{number}/acts/approve", comment="二")
    assert again.status == 422
    assert "この画面からはすでに一度送信されています" in again.text


def test_after_a_refusal_everything_typed_is_still_there_and_the_next_try_works(world):
    number = world.submitted()
    world.walk(number, "road-chief", "road-lead", "road-director")
    director = person(world, "affairs-director")
    action = f"/approvals/{number}/acts/concur"
    refused = director.send(director.open(f"/approvals/{number}"), action, outcome="dissent", opinion=" ")
    assert refused.status == 422
    assert 'id="e-opinion"' in refused.html
    assert refused.form(action)["outcome"] == "dissent"
    done = director.send(refused, action, opinion="予算の裏付けがありません")
    assert "予算の裏付けがありません" in done.text
    assert world.document(number)["state"] == "awaiting_decision"


def test_what_was_decided_on_an_older_screen_is_shown_again_with_what_is_new(world):
    number, director = world.submitted(), person(world, "road-director")
    world.walk(number, "road-chief", "road-lead")
    page = director.open(f"/approvals/{number}")
    world.api.write("road-officer", "amend", number, title="件名を直したもの", reason="誤記")
    action = f"/approvals/{number}/acts/approve"
    refused = director.send(page, action, comment="承知しました")
    assert refused.status == 409
    assert "画面を開いた後に変わったこと" in refused.text
    assert "変更後: 件名を直したもの" in refused.text
    assert refused.form(action)["comment"] == "承知しました"
    assert refused.form(action)["key"] != page.form(action)["key"]
    assert "「承認」を記録しました。" in director.send(refused, action).text


def test_a_return_goes_on_and_a_rejection_ends_and_nobody_can_take_one_for_the_other(world):
    number = world.submitted()
    world.walk(number, "road-chief", "road-lead", "road-director", "affairs-director")
    deputy = person(world, "construction-deputy")
    page = deputy.open(f"/approvals/{number}")
    assert "差戻し: 修正して続ける" in page.text
    assert "否決: この案件は終わる" in page.text
    assert (
        page.text.index("差戻し: 修正して続ける") < page.text.index("案件を終わらせる操作") < page.text.index("否決:")
    )
    assert f'action="/approvals/{number}/acts/reject"' not in page.html, "a rejection is never one press away"
    back, end = deputy.open(f"/approvals/{number}/acts/return"), deputy.open(f"/approvals/{number}/acts/reject")
    assert "案件は終わりません" in back.text
    assert "この案件はここで終わります" in end.text


def test_a_rejection_needs_its_reason_and_an_explicit_confirmation(world):
    number = world.submitted()
    world.walk(number, "road-chief", "road-lead", "road-director", "affairs-director")
    deputy = person(world, "construction-deputy")
    action = f"/approvals/{number}/acts/reject"
    unconfirmed = deputy.act(number, "reject", reason="必要性が認められない")
    assert unconfirmed.status == 400
    assert "印を付けてください" in unconfirmed.text
    assert unconfirmed.form(action)["reason"] == "必要性が認められない"
    without_reason = deputy.send(unconfirmed, action, confirmed="1", reason="")
    assert (without_reason.status, world.document(number)["state"]) == (400, "awaiting_decision")
    ended = deputy.send(without_reason, action, confirmed="1", reason="必要性が認められない")
    assert "否決の理由必要性が認められない" in ended.text
    assert world.document(number)["state"] == "rejected"


def test_a_return_may_go_to_an_earlier_step(world):
    number = world.submitted()
    world.walk(number, "road-chief", "road-lead")
    director = person(world, "road-director")
    page = director.open(f"/approvals/{number}/acts/return")
    assert "道路課道路係長（職員0523）の回議" in page.text
    director.send(page, f"/approvals/{number}/acts/return", to_step="1", reason="数量の確認")
    assert world.document(number)["waiting_on"] == ["road-chief"]


def test_a_form_sent_from_elsewhere_does_nothing(world):
    number, chief = world.submitted(), person(world, "road-chief")
    action = f"/approvals/{number}/acts/approve"
    values = chief.open(f"/approvals/{number}").form(action)
    before = world.head
    forged = chief.http.post(action, data=values | {"form_token": "x"})
    foreign = chief.http.post(action, data=values, headers={"Origin": "https://evil.example"})
    assert (forged.status_code, foreign.status_code, world.head) == (403, 403, before)


def test_nobody_acts_as_a_post_that_is_not_theirs(world):
    number, chief = world.submitted(), person(world, "road-chief")
    action = f"/approvals/{number}/acts/approve"
    refused = chief.send(chief.open(f"/approvals/{number}"), action, post_as="governor")
    assert refused.status == 403
    assert "その職に現在就いていません" in refused.text


def test_an_act_that_is_not_open_says_so_before_anything_is_typed(world):
    number = world.submitted()
    page = person(world, "road-officer").open(f"/approvals/{number}/acts/approve")
    assert "この操作は、今のあなたには開かれていません" in page.text


def test_a_person_of_two_posts_acts_as_the_one_that_is_waited_on(world):
    number = world.submitted("works-officer", amount_yen=1_000_000, counterparty=None)
    deputy = person(world, "construction-deputy")
    page = deputy.open(f"/approvals/{number}")
    assert "建設管理課長 として" in page.text
    deputy.send(page, f"/approvals/{number}/acts/decide")
    decided = next(step for step in world.document(number)["route"] if step["action"] == "decide")
    assert decided["acted_by"]["post"] == "works-director"


def test_hold_and_resume(world):
    number, chief = world.submitted(), person(world, "road-chief")
    held = chief.act(number, "hold", reason="現地の確認", until="2026-11-20")
    assert "保留中" in held.text
    assert world.document(number)["held_until"].startswith("2026-11-19T23:30")
    chief.send(held, f"/approvals/{number}/acts/resume")
    assert world.document(number)["state"] == "in_review"


def test_a_day_may_be_written_as_officials_write_it(world):
    number, chief = world.submitted(), person(world, "road-chief")
    wrong = chief.act(number, "hold", reason="現地の確認", until="来週")
    assert wrong.status == 400
    assert 'id="e-until"' in wrong.html
    chief.send(wrong, f"/approvals/{number}/acts/hold", until="R8.11.24")
    assert world.document(number)["held_until"].startswith("2026-11-23T23:30")


def test_a_reservation_raises_the_decider(world):
    number, chief = world.submitted(), person(world, "road-chief")
    page = chief.act(number, "reserve", flag="unprecedented", reason="前例がない")
    assert "建設部長（職員0501）" in page.text


def test_a_reviewer_is_added_by_choosing_a_post(world):
    number, chief = world.submitted(), person(world, "road-chief")
    page = chief.open(f"/approvals/{number}/acts/add-reviewer")
    assert '<optgroup label="管財課">' in page.html
    chief.send(page, f"/approvals/{number}/acts/add-reviewer", post="property-director", position="after")
    assert "property-director" in [step["post"] for step in world.document(number)["route"]]


def test_circulation_and_its_confirmation(world):
    number, drafter = world.submitted(), person(world, "road-officer")
    drafter.act(number, "circulate", posts=["housing-director", "ict-director"])
    reader = person(world, "housing-director")
    assert "供覧です" in reader.open("/?tab=see").text
    seen = reader.send(reader.open(f"/approvals/{number}"), f"/approvals/{number}/acts/confirm")
    assert "確認済み" in seen.text
    assert [each["confirmed"] for each in world.document(number)["circulation"]] == [True, False]


def test_a_decided_case_is_enforced_and_completed(world):
    number, drafter = world.decided(), person(world, "road-officer")
    page = drafter.open(f"/approvals/{number}")
    enforced = drafter.send(page, f"/approvals/{number}/acts/enforce", method="郵送", seal_mode="omitted")
    assert "施行済み" in enforced.text
    completed = drafter.send(enforced, f"/approvals/{number}/acts/complete")
    assert "保存期限" in completed.text


def test_withdrawing_abandoning_and_handing_over(world):
    drafter = person(world, "road-officer")
    withdrawn = world.submitted()
    drafter.act(withdrawn, "withdraw", reason="内容の見直し", confirmed="1")
    abandoned = world.decided()
    drafter.act(abandoned, "abandon", reason="事業の中止", confirmed="1")
    handed = world.submitted()
    person(world, "road-director").act(handed, "transfer", to_post="road-senior", reason="担当替え")
    assert world.document(withdrawn)["state"] == "withdrawn"
    assert world.document(abandoned)["state"] == "abandoned"
    assert world.document(handed)["drafter"]["post"] == "road-senior"


def test_the_gate_is_passed_by_the_accounting_manager(world):
    number = world.submitted(kind="payment_order", amount_yen=500_000)
    world.walk(number, "road-chief", "road-lead")
    manager = person(world, "treasury-director")
    page = manager.open(f"/approvals/{number}")
    assert "審査に合格とすると、この案件は「決裁済み」になります" in page.text
    manager.send(page, f"/approvals/{number}/acts/examine")
    assert world.document(number)["state"] == "decided"


def test_an_absent_vice_governor_is_stood_in_for_and_reviews_afterwards(world):
    number = world.submitted("ict-chief", amount_yen=60_000_000, title="端末の賃借", information_system=True)
    world.walk(number, "ict-shukan", "ict-director", "affairs-director", "budget-director", "policy-director")
    if world.clock.now() < WEDNESDAY_AFTER:
        world.clock.set(WEDNESDAY_AFTER)
    stand_in = world.person("policy-director")
    waiting = stand_in.open(f"/approvals/{number}").text
    assert "まで不在です。代決できるのは総合政策部長（職員0201）です。" in waiting
    assert "不在のため、代決の候補になっています" in stand_in.open("/").text
    done = stand_in.act(number, "proxy-decide", urgency="契約の期限", prior_instruction="出張前に了承済み")
    assert "後閲待っています" in done.text
    world.clock.set(BACK_AGAIN)
    back = world.person("vice-governor-1")
    assert "代決された案件の後閲" in back.open("/?tab=see").text
    objected = back.act(number, "post-review", outcome="objected", comment="")
    assert 'id="e-comment"' in objected.html
    back.send(objected, f"/approvals/{number}/acts/post-review", outcome="seen")
    assert world.document(number)["post_review"] == "done"


def test_the_next_in_line_goes_on_over_an_absent_reviewer(world):
    number = world.submitted()
    now = world.clock.now()
    away = AbsenceRecorded(
        absence="away-0523",
        person="0523",
        begins_at=now,
        ends_at=now + timedelta(hours=1),
        reason="出張",
        entered_by="0122",
    )
    writer = world.api.composition.writer
    directory, _ = writer.reader.references()
    append_directory(writer, facts=(away,), version=directory.version, command_id=uuid4(), at=now)
    lead = world.person("road-lead")
    assert "次の職が引き上げて進められます" in lead.open(f"/approvals/{number}").text
    lead.act(number, "pull-up", reason="至急のため")
    assert world.document(number)["waiting_on"] == ["road-lead"]


def test_an_unknown_act_and_a_case_of_nobody_are_pages_too(world):
    number, chief = world.submitted(**{**ROUTINE, "amount_yen": None}), world.person("road-chief")
    assert chief.open(f"/approvals/{number}/acts/escalate").status == 404
    assert chief.open("/approvals/R8-999999/acts/approve").status == 404
    assert chief.open("/approvals/%00").status == 404
