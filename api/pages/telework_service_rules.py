"""服務の決まり: what everybody takes note of before teleworking, word for word by version; the edition names which.

Source: the guide to smart work of 2022-09, セキュリティ及び服務に関するルール. A version's text is never edited: a new
text is a new version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One group of rules under a heading."""

    heading: str
    rules: tuple[str, ...]


TEXTS: Mapping[str, tuple[Chapter, ...]] = MappingProxyType(
    {
        "2022-09": (
            Chapter(
                heading="服務",
                rules=(
                    "原則として、前日までに所属長に申請する。",
                    "開始時・終了時に、所属長、総括補佐やGL等（所属長等）に連絡する。",
                    "翌日以降、所属長等に勤務内容を報告する。",
                    "テレワーク中も職務専念義務がある。",
                    "所属からの連絡が取れる状態を保つ。",
                    "超勤は、臨時又は緊急の公務などの場合に限り、所属長が必要と認める時間の範囲内とする。",
                ),
            ),
            Chapter(
                heading="勤務時間",
                rules=(
                    "在宅勤務は在庁時と同じ。勤務パターンは変更できる。",
                    "サテライトオフィス勤務は、平日8:30から17:15まで。",
                    "各種休暇・休業、育児短時間勤務制度、フレックスタイム制を利用できる。",
                ),
            ),
            Chapter(
                heading="情報の安全",
                rules=(
                    "PC・USB等を庁外に持ち出すときは常に携行し、飲み会等には持ち出さない。",
                    "PC以外の情報資産の持ち出しは、事前に所属長の許可を得て管理簿に記入する。",
                    "カフェやホテルのロビー等、のぞき見のおそれのある場所で使わない。",
                    "通話やWeb会議では、イヤホンを使うなど周囲に注意する。",
                    "業務に不要なサイトを開かず、認められたクラウドサービスだけを使う。",
                    "盗難・紛失のときは、上司に報告し、すぐに情報政策の担当課へ連絡する。",
                ),
            ),
        ),
    }
)


def chapters(version: str) -> tuple[Chapter, ...]:
    """Give the text of a version; empty where it is published elsewhere and only its version is known here."""
    return TEXTS.get(version, ())
