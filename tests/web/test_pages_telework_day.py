"""A day of telework on its pages: approval, start, end, report, acknowledgement, overtime, and what goes wrong."""

from datetime import timedelta

import pytest

from api.pages.act_fields import ActForm
from api.pages.telework_acts import ACTS
from domain.record import Command
from domain.telework import RECORD
from tests.web.page_world import pages
from tests.web.telework_world import FRIDAY_EVENING, FRIDAY_MORNING, act, acted, asked, document, press

IN_FORM = {verb: one.form for verb, one in ACTS.items() if isinstance(one.form, ActForm)}


@pytest.fixture
def world(database, tmp_path):
    with pages(database.settings(), tmp_path) as world:
        yield world


def ordered(world):
    number = asked(world)
    acted(world, "road-director", "approve", number)
    return number


def working(world):
    number = ordered(world)
    world.clock.set(FRIDAY_MORNING)
    acted(world, "road-officer", "start", number)
    return number


def test_a_start_says_the_device_s_time_beside_the_server_s(world):
    number = ordered(world)
    world.clock.set(FRIDAY_MORNING)
    officer = world.person("road-officer")
    home = officer.open("/telework")
    assert "device_time" in home.form(f"/telework-requests/{number}/acts/start")
    press(officer, home, number, "start", device_time="2026-11-12T23:34:05.678Z")
    assert document(world, number)["started"]["device_time"] == "2026-11-12T23:34:05.678000Z"
    assert "08:30 端末の時刻 08:34" in officer.open(f"/telework-requests/{number}").text
    assert "端末の時刻" not in act(officer, number, "end", device_time="").text.split("08:34")[1]


def test_what_is_answered_stands_above_the_answer(world):
    number = asked(world, tasks="占用許可の審査")
    page = world.person("road-director").open(f"/telework-requests/{number}")
    assert page.text.index("占用許可の審査") < page.text.index("承認して命令する")


def test_every_verb_of_a_person_is_offered_somewhere():
    assert set(ACTS) == set(RECORD.verbs) - RECORD.system - RECORD.creates


@pytest.mark.parametrize("verb", sorted(IN_FORM))
def test_a_form_asks_for_what_the_command_takes_and_for_all_it_needs(verb):
    form, fields = IN_FORM[verb], RECORD.commands[verb].model_fields
    named = {field.name for field in form.fields} | set(form.fixed)
    assert named <= set(fields)
    assert {name for name, field in fields.items() if field.is_required()} <= named
    probe = ACTS[verb].probe
    assert not isinstance(probe, Command) or type(probe) is RECORD.commands[verb]


def test_a_whole_day_goes_by_with_one_press_each(world):
    number, director = asked(world), world.person("road-director")
    approved = press(director, director.open(f"/telework-requests/{number}"), number, "approve", comment="どうぞ")
    assert "「承認・命令」を記録しました。" in approved.text
    world.clock.set(FRIDAY_MORNING)
    officer, director = world.person("road-officer"), world.person("road-director")
    home = officer.open("/telework")
    assert "開始する" in home.text
    started = press(officer, home, number, "start")
    assert "「開始報告」を記録しました。" in started.text
    world.clock.set(FRIDAY_EVENING)
    ended = press(officer, officer.open("/telework-requests"), number, "end")
    assert "道路課主事の勤務内容報告を待っています" in ended.text
    reported = press(officer, ended, number, "report", content="3路線を更新した")
    assert "3路線を更新した" in reported.text
    press(director, director.open(f"/telework-requests/{number}"), number, "acknowledge")
    assert document(world, number)["state"] == "acknowledged"
    assert "終わったもの" in officer.open("/telework-requests").text


def test_a_button_pressed_twice_reports_once(world):
    number = ordered(world)
    world.clock.set(FRIDAY_MORNING)
    officer = world.person("road-officer")
    home = officer.open("/telework")
    press(officer, home, number, "start")
    head = world.head
    press(officer, home, number, "start")
    assert world.head == head


def test_a_button_that_is_gone_says_why(world):
    officer, number = world.person("road-officer"), asked(world)
    page = act(officer, number, "start")
    assert page.status == 409
    assert "まだ承認・命令が出ていません。" in page.text


def test_overtime_is_asked_for_ordered_and_what_goes_beyond_is_told_before(world):
    number = working(world)
    officer, director = world.person("road-officer"), world.person("road-director")
    asked_for = act(officer, number, "request-overtime", minutes="６０", category="urgent", reason="災害対応")
    assert "60分の申請（緊急の公務） 命令待ち" in asked_for.text
    page = director.open(f"/telework-requests/{number}")
    assert "申請 60分（緊急の公務）: 災害対応" in page.text
    more = press(director, page, number, "order-overtime", minutes="90")
    assert (more.status, "申請された時間を超える" in more.text) == (422, True)
    press(director, more, number, "order-overtime", minutes="30")
    world.clock.set(FRIDAY_EVENING + timedelta(minutes=45))
    told = officer.open(f"/telework-requests/{number}")
    assert "超勤30分が記録されます。" in told.text
    assert "命令された時刻を15分過ぎています。" in told.text
    done = press(officer, told, number, "end")
    assert "命令外 15分" in done.text


def test_minutes_that_are_no_number_are_refused_at_their_field(world):
    number = working(world)
    refused = act(world.person("road-officer"), number, "request-overtime", minutes="一時間", reason="災害対応")
    assert (refused.status, "整数で入力してください" in refused.text) == (400, True)
    assert "災害対応" in refused.html


def test_what_was_told_by_telephone_is_entered_with_the_name_of_whoever_took_the_call(world):
    number = ordered(world)
    world.clock.set(FRIDAY_MORNING + timedelta(hours=1))
    chief = world.person("road-chief")
    page = chief.open(f"/telework-requests/{number}")
    assert "電話での開始報告を記録する" in page.text
    told = act(chief, number, "start", reported_at="08:35")
    assert document(world, number)["started"]["at"] == "2026-11-12T23:35:00Z"
    assert "電話による報告（道路課道路係長 職員0523" in told.text
    future = act(chief, number, "end", reported_at="23:00")
    assert future.status == 422
    assert 'id="e-reported_at"' in future.html


def test_who_forgot_to_report_is_told_whom_to_call(world):
    number = ordered(world)
    world.clock.set(FRIDAY_MORNING + timedelta(days=3))
    page = world.person("road-officer").open(f"/telework-requests/{number}")
    assert "所属長等に開始の時刻を伝えて、記録してもらってください。" in page.text
    assert "開始する" not in page.text


def test_the_applicant_withdraws_and_the_head_rejects_and_revokes_on_pages_that_ask_twice(world):
    officer, director = world.person("road-officer"), world.person("road-director")
    number = asked(world)
    unconfirmed = act(officer, number, "withdraw")
    assert unconfirmed.status == 400
    act(officer, number, "withdraw", confirmed="1")
    assert document(world, number)["state"] == "withdrawn"
    number = asked(world)
    page = act(director, number, "reject", reason="会議のため", confirmed="1")
    assert "会議のため" in page.text
    number = ordered(world)
    act(director, number, "revoke", reason="来庁が必要になった", confirmed="1")
    assert document(world, number)["state"] == "revoked"
    number = asked(world)
    act(director, number, "return", reason="連絡先を携帯に")
    assert document(world, number)["state"] == "returned"


def test_nobody_else_finds_the_request_and_nobody_acts_for_another(world):
    number = asked(world)
    stranger = world.person("housing-officer")
    assert stranger.open(f"/telework-requests/{number}").status == 404
    colleague = world.person("road-chief")
    page = colleague.open(f"/telework-requests/{number}")
    assert "承認して命令する" not in page.text
    refused = act(colleague, number, "approve")
    assert refused.status == 403
