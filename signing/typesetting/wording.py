"""書き方: amounts, dates and numbers as Japanese contracts write them."""

from datetime import date

REIWA_BEGINS = date(2019, 5, 1)
HEISEI_BEGINS = date(1989, 1, 8)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
FORMAL = "〇壱弐参四五六七八九"  # 大字: digits that no stroke turns into another one
PLACES = ("", "拾", "百", "千")
MYRIADS = ("", "万", "億", "兆")
PARTY_LABELS = "甲乙丙丁戊己"


def era_date(day: date) -> str:
    """Give 令和８年４月１日; numbers of one digit are wide. Raises ValueError before 平成."""
    if day < HEISEI_BEGINS:
        raise ValueError(f"{day.isoformat()} is before the era Heisei")
    era, first = ("令和", REIWA_BEGINS.year) if day >= REIWA_BEGINS else ("平成", HEISEI_BEGINS.year)
    year = day.year - first + 1
    return f"{era}{'元' if year == 1 else counted(year)}年{counted(day.month)}月{counted(day.day)}日"


def counted(number: int) -> str:
    """Give ８ and 12: official texts write one digit wide and several narrow."""
    return str(number).translate(WIDE) if 0 <= number <= 9 else str(number)


def formal_yen(amount_yen: int) -> str:
    """Give 金壱千弐百参拾四万円整 for 12,340,000: in the digits used where nothing may be altered, up to 9,999 兆."""
    if not 0 <= amount_yen < 10 ** (4 * len(MYRIADS)):
        raise ValueError(f"{amount_yen} yen cannot be written in words")
    groups = (_group(amount_yen // 10**place % 10_000, myriad) for myriad, place in _descending())
    return f"金{''.join(groups) or '〇'}円整"


def plain_yen(amount_yen: int) -> str:
    """Give ￥12,340,000."""
    return f"￥{amount_yen:,}" if amount_yen >= 0 else f"△￥{-amount_yen:,}"


def listed(names: tuple[str, ...]) -> str:
    """Give 甲, 甲及び乙, or 甲、乙及び丙."""
    return names[0] if len(names) == 1 else f"{'、'.join(names[:-1])}及び{names[-1]}"


def _descending() -> tuple[tuple[str, int], ...]:
    return tuple((MYRIADS[place], 4 * place) for place in reversed(range(len(MYRIADS))))


def _group(value: int, myriad: str) -> str:
    digits = ((value // 10**place % 10, PLACES[place]) for place in reversed(range(4)))
    written = "".join(FORMAL[digit] + name for digit, name in digits if digit)
    return written + myriad if written else ""
