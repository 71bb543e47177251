"""Why a PDF is not accepted: stable codes, each with its Japanese sentence."""

from collections.abc import Mapping
from types import MappingProxyType

REASONS: Mapping[str, str] = MappingProxyType(
    {
        # it cannot be read
        "not-a-pdf": "PDFではありません。PDFファイルを選んでください。",
        "unreadable": "PDFとして読み取れません。作成元のソフトウェアで、もう一度PDFに保存してください。",
        "damaged": "PDFの構造が壊れています。作成元のソフトウェアで、もう一度PDFに保存してください。",
        "encrypted": "暗号化されたPDFは受け付けられません。パスワードと制限を外して保存してください。",
        "child-died": "検査中に異常が起きたため、このPDFは受け付けられません。",
        # it is too much
        "too-large": "ファイルが大きすぎます。",
        "too-many-pages": "ページ数が多すぎます。",
        "too-many-objects": "PDFの部品の数が多すぎます。",
        "too-many-revisions": "追記の回数が多すぎます。",
        "too-many-signatures": "署名の数が多すぎます。",
        "page-size": "ページの大きさが正しくありません。",
        "no-pages": "ページがありません。",
        "inflates": "展開すると大きくなりすぎるデータが含まれています。",
        "nested-too-deeply": "PDFの部品が深く入れ子になりすぎています。",
        "too-slow": "検査に時間がかかりすぎるため、このPDFは受け付けられません。",
        "too-much-memory": "検査にメモリーがかかりすぎるため、このPDFは受け付けられません。",
        # it does something
        "active-content": "スクリプトや自動で動く処理が含まれています。取り除いてから保存してください。",
        "external-content": "ファイルの外にある内容を取り込むPDFは受け付けられません。",
        "link-target": "http、https、mailto、tel 以外へのリンクが含まれています。",
        "portfolio": "PDFポートフォリオは受け付けられません。一つの文書として保存してください。",
        "embedded-program": "プログラムが添付されています。",
        "too-many-embedded-files": "添付されたファイルの数が多すぎます。",
        "form-fields": "入力欄が含まれています。印刷の機能でPDFにするなどして、入力欄をなくしてください。",
        # it could be shown differently later
        "already-signed": "すでに電子署名されています。署名する前のPDFを選んでください。",
        "annotations": "注釈(コメント、スタンプなど)が含まれています。取り除いてから保存してください。",
        "optional-content": "表示を切り替えられる層(レイヤー)が含まれています。層を統合してから保存してください。",
        "fonts-not-embedded": "埋め込まれていないフォントが使われています。フォントを埋め込んで保存してください。",
        "hidden-text": "図形や画像の下に隠れた文字があります。見えるとおりの内容だけにしてください。",
        "hybrid-xref": "古い形式との互換用の二重の索引があります。正規化が必要です。",
        "incremental-updates": "変更の履歴が残っています。正規化が必要です。",
        "unreferenced-objects": "どこからも使われていない部品が含まれています。正規化が必要です。",
        "bytes-outside": "PDFの前または後ろに余分なデータがあります。正規化が必要です。",
    }
)
NORMALISABLE = frozenset({"hybrid-xref", "incremental-updates", "unreferenced-objects", "bytes-outside"})


class InspectionError(Exception):
    """The family of this package's errors."""


class NotAccepted(InspectionError):
    """The file is refused. `code` is stable, `reason` the Japanese sentence, `detail` an English diagnostic."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.reason = REASONS[code]
        self.detail = detail

    @property
    def normalisable(self) -> bool:
        """Whether `normalise` would cure it; only before the file is decided."""
        return self.code in NORMALISABLE


class Busy(InspectionError):
    """As many files as may be looked at at once are being looked at: try again."""
