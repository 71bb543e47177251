"""Rule files: a faulty file is refused with line and field, in Japanese; a sound one gives the editions it offers."""

from datetime import date
from importlib import resources

import pytest

from kessai.rule_files import check_together, editions_from_yaml, packaged_editions
from kessai.rule_text import FaultyText, read_rule_text

DEMO = resources.files("kessai").joinpath("demo")
AUTHORITY = DEMO.joinpath("authority.yaml").read_text(encoding="utf-8")
RULES = "edition: 2026-04\nvalid_from: 2026-04-01\n" + DEMO.joinpath("rules.yaml").read_text(encoding="utf-8")


def faults_of(text: str, **known: frozenset[str]) -> list[str]:
    with pytest.raises(FaultyText) as refused:
        editions_from_yaml(text, **known)  # type: ignore[arg-type]  # posts or duties
    return [str(fault) for fault in refused.value.faults]


def authority(old: str, new: str) -> str:
    assert old in AUTHORITY
    return AUTHORITY.replace(old, new, 1)


def rules(old: str, new: str) -> str:
    assert old in RULES
    return RULES.replace(old, new, 1)


def test_a_file_offers_one_edition_a_subject() -> None:
    assert [(e.subject, e.edition, e.valid_from) for e in editions_from_yaml(AUTHORITY)] == [
        ("authority", "2026-04", date(2026, 4, 1))
    ]
    assert [e.subject for e in editions_from_yaml(RULES)] == ["approval", "telework", "channels", "quiet_hours"]


def test_a_file_without_edition_takes_the_one_it_is_given() -> None:
    text = RULES.split("\n", 2)[2]
    offered = editions_from_yaml(text, edition="2026-04", valid_from=date(2026, 4, 1))
    assert offered == editions_from_yaml(RULES) == packaged_editions()[1 : 1 + len(offered)]
    assert [fault.split(" ")[1] for fault in faults_of(text)] == ["edition:", "valid_from:"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            authority("division_director: 30000000", "division_director: 70000000"),
            "9行目 kinds.works.limits: 限度額は職位の順に大きくしてください",
        ),
        (authority("division_director: 30000000", "devision_director: 1"), "職位「devision_director」はありません"),
        (authority("{governor: null}", "{governor: 5}"), "50行目 kinds.regulation.limits: 最上位の職位の限度額は null"),
        (authority("70000000, dep", "null, dep"), "kinds.works.limits: 限度額 null(全額)は最上位の職位だけ"),
        (authority("{governor: null}", "{}"), "50行目 kinds.regulation.limits: 空にできません"),
        (authority("{governor: null}", "3"), "50行目 kinds.regulation.limits: 職位ごとの限度額の表"),
        (authority("from: 30000000", "from: -1"), "10行目 kinds.works.concurrence[0].from: 0以上にしてください"),
        (authority("from: 30000000", "from: true"), "10行目 kinds.works.concurrence[0].from: 整数にしてください"),
        (authority("from: 30000000", "form: 3"), "10行目 kinds.works.concurrence[0].form: この項目はありません"),
        (authority("edition: 2026-04", "edition: 2026"), "4行目 edition: 文字列にしてください"),
        (authority("edition: 2026-04", ""), "1行目 edition: この項目がありません"),
        (authority("valid_from: 2026-04-01", "valid_from: 2026-13-01"), "5行目 valid_from: 値を読み取れません"),
        (authority("valid_from: 2026-04-01", "valid_from: soon"), "5行目 valid_from: 日付(YYYY-MM-DD)にしてください"),
        (authority("outsourcing:", "works:"), "12行目 kinds.works: 同じ項目が二度書かれています"),
        (authority("[chief, lead", "[lead_assistant_director, chief, lead"), "line_review.ranks は職位の低い順に"),
        (authority("[important, unprecedented, disputed", "[x"), "代決を禁ずる条件「x」"),
        (authority("divided_by: 2", "divided_by: 10"), "kinds.goods: 出先の課長の限度額が下位"),
        (rules("chief: 1", "chief: 0"), "5行目 approval.step_deadline_office_days.chief: 1以上にしてください"),
        (rules("{chief: 1, ", "{cheif: 1, "), "approval.step_deadline_office_days.cheif"),
        (rules("resume_from_returner", "resume"), "approval.return_policy.default: 'resume_from_returner'"),
        (rules("then each office day at 09:00", "daily"), "8行目 approval.reminder"),
        (rules("concurrence_mode: all", "concurrence_mode: most"), "合議の成立は all、any、{n_of_m: 人数}"),
        (rules("concurrence_mode: all", "concurrence_mode: {works: any}"), "concurrence_mode に default がありません"),
        (rules(", governor: 3}", "}"), "最上位の職位「governor」がありません"),
        (rules("{default: resume_from_returner, ", "{"), "return_policy に default がありません"),
        (rules("channels:", "chanels:"), "30行目 chanels: 規程の種類「chanels」はありません"),
        (rules('from: "20:00"', "from: 20:00"), "quiet_hours.from: 時刻は引用符で囲んでください"),
        (rules('from: "20:00"', 'from: "25:00"'), "quiet_hours.from: 使えない文字か形です"),
        ("edition: a\nvalid_from: 2026-04-01\ntelework: 3\n", "3行目 telework: 「項目: 値」の形"),
    ],
)
def test_a_fault_is_named_by_line_and_field(text: str, fault: str) -> None:
    assert any(fault in found for found in faults_of(text)), faults_of(text)


def test_every_fault_of_a_file_is_named_at_once() -> None:
    found = faults_of(authority("from: 30000000", "from: a").replace("limits: {governor: null}", "limits: {}"))
    assert [fault.split(" ")[0] for fault in found] == ["10行目", "50行目"]


def test_posts_and_duties_that_do_not_exist_are_named_where_they_stand() -> None:
    posts = editions_posts() - {"property-director"}
    assert faults_of(AUTHORITY, posts=posts) == [
        "20行目 kinds.goods.concurrence[0].post: 職「property-director」はありません"
    ]
    assert faults_of(AUTHORITY, duties=frozenset({"cashier"})) == [
        "33行目 kinds.payment_order.gate: 職務「accounting_manager」はありません"
    ]
    assert editions_from_yaml(AUTHORITY, posts=editions_posts(), duties=frozenset({"accounting_manager"}))


def editions_posts() -> frozenset[str]:
    """The posts of the demo organisation."""
    organisation = read_rule_text(DEMO.joinpath("organisation.yaml").read_text(encoding="utf-8")).data
    posts = organisation["posts"]
    assert isinstance(posts, list)
    return frozenset(str(post["code"]) for post in posts if isinstance(post, dict))


def test_the_packaged_table_names_only_posts_of_the_packaged_organisation() -> None:
    assert editions_from_yaml(AUTHORITY, posts=editions_posts())


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [", "YAMLとして読めません"),
        ("- 1", "「項目: 値」の形で書いてください"),
        ("", "「項目: 値」の形で書いてください"),
        ("a: 1\n---\nb: 2", "2行目: YAMLとして読めません"),
        ("a: \x00", "YAMLとして読めません"),
        ("a: 1\nb: \ud800", "YAMLとして読めません"),
        ("a: " + "b" * 300_000, "ファイルが大きすぎます"),
        ("? [1]\n: 2", "項目名は文字列にしてください"),
        ("on: 1", "項目名は文字列にしてください"),
        ("{" * 5_000, "20段より深く書けません"),
        ("a: &x 1\nb: *x", "1行目: YAMLとして読めません: アンカーと別名は使えません"),
        ("a: 1\nb: !!python/object/apply:os.getcwd []", "2行目 b"),
        ("a: !!binary aGVsbG8=", "使えない種類の値です"),
        ("a: .inf", "使えない種類の値です"),
        ("a: 2026-04-01 10:00:00", "使えない種類の値です"),
        ("a: 1\na: 2", "2行目 a: 同じ項目が二度書かれています"),
        ("a:\n  - b: 1\n    b: 2", "3行目 a[0].b: 同じ項目が二度書かれています"),
    ],
)
def test_hostile_or_ambiguous_yaml_is_refused(text: str, fault: str) -> None:
    with pytest.raises(FaultyText) as refused:
        read_rule_text(text)
    assert fault in str(refused.value)


def test_a_text_keeps_the_line_of_each_value() -> None:
    source = read_rule_text("a:\n  b:\n    - x\n    - c: 2026-04-01\n")
    assert source.data == {"a": {"b": ["x", {"c": "2026-04-01"}]}}
    assert source.line_of(("a", "b", 1, "c")) == 4
    assert source.line_of(("a", "b", 1, "missing", 0)) == 4


def later(text: str, edition: str, valid_from: str) -> str:
    return text.replace("edition: 2026-04", f"edition: {edition}").replace(
        "valid_from: 2026-04-01", f"valid_from: {valid_from}", 1
    )


@pytest.mark.parametrize(
    ("first", "second", "fault"),
    [
        (AUTHORITY, later(AUTHORITY, "2026-04b", "2026-04-01"), "2026-04-01から施行する版が二つあります"),
        (AUTHORITY, later(AUTHORITY, "2026-04", "2027-04-01"), "版「2026-04」が二つあります"),
        (AUTHORITY, later(RULES, "2026-05", "2026-05-01"), "2026-05-01より前に"),
        (AUTHORITY, rules("regulation: 30, ", ""), "種類「regulation」の保存期間がありません"),
        (AUTHORITY, rules("subsidy: restart_all", "subsidies: restart_all"), "種類「subsidies」は専決規程にありません"),
    ],
)
def test_editions_that_overlap_or_leave_a_gap_are_refused(first: str, second: str, fault: str) -> None:
    with pytest.raises(FaultyText) as refused:
        check_together([*editions_from_yaml(first), *editions_from_yaml(second)])
    assert fault in str(refused.value)


def test_a_later_edition_follows_without_a_gap() -> None:
    check_together([*packaged_editions(), *editions_from_yaml(later(AUTHORITY, "2027-04", "2027-04-01"))])
