"""電子契約の見え方: one Japanese sentence at every stage says why the contract waits, and names nobody."""

from collections.abc import Callable

import pytest

from domain.contract import RECORD
from domain.contract.view import because
from tests.records.contract_story import CERTIFICATE, COMPANY, OFFICER, PERSON, SIGNER, Deal

PARTY = [{"name": COMPANY, "members": [{**PERSON, "mode": "party"}]}]


def out() -> Deal:
    return Deal().out()


def held() -> Deal:
    deal = Deal().out(counterparties=PARTY).opens().proves()
    return deal.asks("prepare", 1, certificates=[CERTIFICATE]).platform()


def expired() -> Deal:
    deal = out()
    assert deal.state.expires_at is not None
    return deal.at(deal.state.expires_at).tick()


STAGES: list[tuple[Callable[[], Deal], str]] = [
    (lambda: Deal().created(), "相手方の電子契約への同意を待っています"),
    (lambda: Deal().created().consented(), "道路課主事による送信を待っています"),
    (lambda: Deal().created().consented().when("release", by=OFFICER), "契約書の固定(基盤の証明署名)を行っています"),
    (out, "相手方の署名者1の署名を待っています(期限 R8.11.16 17:15)"),
    (lambda: out().opens().proves().agrees(), "署名者の指示による電子署名を行っています"),
    (lambda: out().signs(), "管財課長の署名を待っています(期限 R8.11.16 17:15)"),
    (held, "相手方の署名者1の署名値を待っています(R8.11.9 11:30まで)"),
    (lambda: out().signs().when("sign", by=SIGNER).platform(until="conclude"), "締結の検証を行っています"),
    (lambda: out().signs().concluded(), "長期署名に必要な失効情報が出るのを待っています(R8.11.10 11:00から)"),
    (lambda: out().signs().concluded().kept(), "終了しました(締結)"),
    (lambda: Deal().out(provisional=True).signs().concluded(), "議会の議決を待っています"),
    (expired, "署名の期限が過ぎました。道路課主事の再送信・書面への切替え・取下げを待っています"),
    (lambda: out().when("withdraw", by=OFFICER, reason="x"), "終了しました(取下げ)"),
    (
        lambda: out().when("switch-to-paper", by=OFFICER, reason="x"),
        "道路課主事による書面の契約書の編てつを待っています",
    ),
]


@pytest.mark.parametrize(("stage", "sentence"), STAGES, ids=[sentence for _, sentence in STAGES])
def test_why_it_waits(stage: Callable[[], Deal], sentence: str) -> None:
    assert because(stage().state) == sentence


def test_the_details_show_signers_dates_and_keeping() -> None:
    deal = out().signs().concluded().kept()
    details = RECORD.view(deal.state, 1).details
    assert "相手方の署名者1 | 　立会人型 | 　署名済み |" in details
    assert "契約日 R8.11.9" in details
    assert "長期署名 第1世代(B-LTA" in details
    assert "保存期間 R19.3.31まで" in details


def test_search_attributes() -> None:
    view = RECORD.view(out().signs().state, 7)
    assert (view.version, view.state, view.unit, view.waiting_on) == (7, "一部署名済み", "road", (SIGNER,))
    assert (view.amount_yen, view.fiscal_year) == (12_000_000, 2026)
    assert view.due_at is not None
    empty = RECORD.view(RECORD.initial, 0)
    assert empty.because
    assert not empty.closed
