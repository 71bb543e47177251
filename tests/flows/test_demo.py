"""`kessai demo`: the whole story on an instance of its own, told in words that a division head reads."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from domain.clock import JST
from kessai.story.demo import run_demo
from tests.verifiers.independent import assert_accepted

SIGNED = datetime(2026, 12, 21, 12, 0, tzinfo=JST)
HEADINGS = re.compile(r"\d+\. ")
ENGLISH_CODE = re.compile(r"[a-z]+[-_.][a-z]+")  # road-officer, in_review, telework.started


@pytest.mark.timeout(300)  # a whole instance, and sixteen stories over HTTP
def test_the_demonstration_tells_its_stories_to_their_ends_and_leaves_a_register(tmp_path: Path) -> None:
    told: list[str] = []
    run_demo(say=told.append, out=tmp_path / "kept")
    headings = [line for line in told if HEADINGS.match(line)]
    assert [line.partition(".")[0] for line in headings] == [str(serial) for serial in range(1, 17)]
    story = "\n".join(told)
    for said in (
        "道路課主事が施行",
        "後閲",
        "R8-000001 道路課総括課長補佐が確認 → 確認済み",
        "申請期限 12月01日 17:15 を過ぎた申請",
        "R8-000003 催促(建設管理課主事へ)\n  R8-000003 所属長への通知(建設管理課長へ)",
        "電話で報告された時刻 12月04日 08:31(記録 建設管理課長)",
        "R8-000004 申請によらない命令",
        "同時に知らせた職: 道路課長、情報政策課長、情報政策課主幹、情報政策課情報基盤係長",
        "R8.12.7 19:18 情報政策課情報基盤係長 端末停止",
        "道路課主査が顛末報告 → 終結",
        "実施結果 5人のうち 予定2人(40.0%)、実績1人(20.0%)",
        "鍵で署名値を作り、送った\n  R8-000002 管財課長が県の署名",
        "理由: 履行期間に技術者を配置できないため",
        "R8-000004 → 期限切れ",
        "R8-000001  締結　　　    9,900,000円  契約日 R8.12.21",
        "R8-000001  確認済み　　　 R8.12.1    予定08:30–17:15 実績08:29–17:45",
        "在宅勤務・サテライトオフィス勤務承認・命令簿 道路課 令和8年12月\n  R8.12.1（火）  道路課主事",
    ):
        assert said in story, said
    assert not ENGLISH_CODE.search("\n".join(line for line in told if str(tmp_path) not in line))
    printed, table = (tmp_path / "kept" / f"承認・命令簿_道路課_2026-12.{ending}" for ending in ("pdf", "csv"))
    assert printed.read_bytes().startswith(b"%PDF-")
    assert table.read_bytes().decode("utf-8-sig").count("職員052") >= 4
    assert all(str(each) in story for each in (printed, table))
    kept = tmp_path / "kept"
    roots = sorted(kept.glob("*-root.pem"))
    signed = sorted(kept.glob("*-signed.pdf"))
    assert [each.name for each in signed] == ["R8-000001-signed.pdf", "R8-000002-signed.pdf"]
    assert len(sorted(kept.glob("*-evidence.pdf"))) == 2
    for each in signed:
        assert_accepted(each.read_bytes(), [root.read_bytes() for root in roots], at=SIGNED)
