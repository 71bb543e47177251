"""Registers are data: the packaged definitions hold together, and what does not is refused with the field named."""

from importlib import resources

import pytest
import yaml

from domain.policies.entry import Register, RegisterRules
from domain.rulebook import SUBJECTS
from kessai.rule_files import editions_from_yaml
from kessai.rule_text import FaultyText

DEMO = resources.files("kessai").joinpath("demo")
TEXT = "edition: 2026-04\nvalid_from: 2026-04-01\n" + DEMO.joinpath("registers.yaml").read_text(encoding="utf-8")


def faults_of(old: str, new: str) -> str:
    assert old in TEXT, old
    with pytest.raises(FaultyText) as refused:
        editions_from_yaml(TEXT.replace(old, new, 1))
    return "\n".join(str(fault) for fault in refused.value.faults)


def packaged() -> RegisterRules:
    (event,) = editions_from_yaml(TEXT)
    rules = SUBJECTS[event.subject].model_validate_json(event.body)
    assert isinstance(rules, RegisterRules)
    return rules


def register(code: str) -> Register:
    return packaged().definitions[code]


def test_three_registers_are_one_shape() -> None:
    assert list(packaged().definitions) == ["asset-carry-out", "incident", "cloud-service"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("headline: content", "headline: nothing", "headline: 項目「nothing」はありません"),
        ("- identifier: {label", "- kind: {label", "fields: 「kind」が二度書かれています"),
        ("[{usb: USBメモリ等}, ", "[{usb: USBメモリ等, x: 他}, ", "options: 「- 名前: 内容」を一つずつ"),
        ("headline: content", "headline: identifier", "headline: 記入のときに必須の、文字又は選択の項目"),
        ("required: true, options: [{usb:", "required: true, opsions: [{usb:", "kind.opsions: この項目はありません"),
        ("type: link, of: telework, help", "type: link, help", "fields.telework.of: つなぐ先は"),
        ("type: date, required: true}", "type: day, required: true}", "carry_on.type: "),
        ("later: true, max: 500}", "later: true, required: true, max: 500}", "fields.conditions.required: 後で聞く"),
        ("{label: 暗号化している, type: boolean}", "{label: 暗号化, type: boolean, max: 5}", "fields.encrypted.max"),
        ("due: {field: return_by}}", "due: {field: purpose}}", "states.permitted.due.field: 日付の項目「purpose」"),
        ("due: {office_days: 1}}", "due: {}}", "states.requested.due: office_days か field のどちらか一つ"),
        ("due: {office_days: 1}}", "due: {office_days: 0}}", "states.requested.due.office_days: 1以上に"),
        ("from: [requested], to: permitted", "from: [asked], to: permitted", "permit.from: 状態「asked」はありません"),
        ("from: [requested], to: permitted", "from: [], to: permitted", "transitions.permit.from: 空にできません"),
        ("to: permitted, by: [head]", "to: granted, by: [head]", "transitions.permit.to: 状態「granted」はありません"),
        ("to: permitted, by: [head]", "to: permitted, by: [boss]", "permit.by[0]: 使えない文字か形です"),
        ("to: permitted, by: [head]", "to: permitted, by: [entrant]", "permit.by: 許可の前に進められるのは許可者だけ"),
        ("requires: [return_by, reason]", "requires: [return, reason]", "extend.requires: 項目「return」はありません"),
        ("permission: head}", "permission: entrant}", "begins[0].permission: 記入した本人の許可にはできません"),
        ("permission: head}", "permission: 'unit:ict'}", "begins[0].permission: 状態「requested」の待つ相手"),
        ("state: requested, label", "state: asked, label", "begins[0].state: 状態「asked」はありません"),
        ("opens: incident,", "opens: accident,", "transitions.lose.opens: 管理簿「accident」はありません"),
        ("classification: [class-3]", "classification: [class-4]", "begins[1].when.classification: 選択肢「class-4」"),
        ("classification: [class-1, class-2]", "classification: [class-1]", "どの始まりにも当たらない選択肢"),
        ("withdrawn: {label: 取下げ, ends: true}\n            - incident_open", "incident_open", "状態「withdrawn」"),
        ("task: 端末を使えないようにする, ", "", "states.reported.task: 待つ相手(waits_for)とすること(task)"),
        ("closed: {label: 終結, ends: true}", "closed: {label: 終結}", "states: 終わりの状態(ends: true)がありません"),
        ("from: [device_disabled], to: closed", "from: [device_disabled]", "states.closed: この状態になることが"),
        ("from: [lost], to: carried_out", "from: [returned], to: carried_out", "状態「returned」は終わりの状態です"),
        ("    - incident:\n", "    - 事故:\n", "使えない文字か形です"),
    ],
)
def test_a_faulty_definition_is_refused_with_the_field_named(old: str, new: str, fault: str) -> None:
    assert fault in faults_of(old, new)


def test_whoever_a_packaged_register_names_is_somebody_in_the_packaged_organisation() -> None:
    """A slip in a code would leave an incident untold."""
    organisation = yaml.safe_load(DEMO.joinpath("organisation.yaml").read_text(encoding="utf-8"))
    units = {unit["code"] for unit in organisation["units"]}
    posts = {post["code"]: post for post in organisation["posts"]}
    known = {
        "unit": units,
        "head_of": units,
        "post": set(posts),
        "duty": {duty for post in posts.values() for duty in post.get("duties", ())},
        "role": {role for post in posts.values() for role in post.get("roles", ())},
    }
    for one in packaged().definitions.values():
        for who in one.people - {"head"}:
            kind, _, code = who.partition(":")
            assert code in known[kind], who


def test_an_incident_begins_without_permission_and_tells_head_and_ict_division_at_once() -> None:
    (beginning,) = register("incident").begins
    assert beginning.permission is None
    assert set(beginning.tells) == {"head", "unit:ict"}


def test_class_two_and_above_is_a_consultation_and_class_three_only_a_report() -> None:
    cloud = register("cloud-service")
    permissions = {}
    for value in ("class-1", "class-2", "class-3"):
        beginning = cloud.beginning({"classification": value})
        assert beginning is not None
        permissions[value] = beginning.permission
    assert permissions == {"class-1": "head_of:ict", "class-2": "head_of:ict", "class-3": None}
