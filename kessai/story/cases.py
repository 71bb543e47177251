"""The cases of the demonstration, each a way through the approval chain that a prefecture knows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from domain.approval import RECORD
from domain.approval.view import STATUS_LABELS
from domain.clock import JST
from kessai.story.walker import Case, StoryBroken, Walker

Advance = Callable[[datetime], None]  # sets the instance's virtual clock

ABROAD = datetime(2026, 11, 18, 10, 0, tzinfo=JST)  # vice-governor 1 is abroad from 11-16 to 11-27 (demo organisation)
RETURNED = datetime(2026, 11, 30, 9, 30, tzinfo=JST)


class CaseWalker(Walker):
    """Walks approval cases."""

    record = RECORD
    states: ClassVar = STATUS_LABELS

    def titles(self, case: Case) -> dict[str, str]:
        """Those of the drafter and the route."""
        drafter = {case["drafter"]["post"]: case["drafter"]["title"]}
        return {step["post"]: step["title"] for step in case["route"]} | drafter

    def draft(self, post: str, key: str, **body: Any) -> Case:
        """Draft and submit a case as `post`."""
        return self.begin(post, "/v1/approvals", key, f"起案 {body['title']}", body)

    def approve_until(self, case: Case, *states: str) -> Case:
        """Let whoever is waited on approve, concur, decide or pass, until the case is in one of `states`."""
        for _ in range(40):
            if case["state"] in states:
                return case
            post = case["waiting_on"][0]
            match case["state"]:
                case "in_concurrence":
                    case = self.act(post, case, "concur", outcome="agree")
                case "awaiting_examination":
                    case = self.act(post, case, "examine", outcome="pass")
                case _:
                    case = self.act(post, case, "approve")
        raise StoryBroken(f"{case['number']} が進みません(状態 {STATUS_LABELS[case['state']]})。")


def routine(walk: CaseWalker) -> Case:
    """A routine reply: one review, decided by the lead assistant director, sent, closed."""
    walk.say("1. 軽易な照会への回答(総括課長補佐の専決)")
    case = walk.draft(
        "road-officer",
        "demo-routine",
        kind="routine_reply",
        title="道路台帳の閲覧に関する照会への回答",
        body="次のとおり回答してよろしいか伺います。",
    )
    case = walk.approve_until(case, "decided")
    case = walk.act("road-officer", case, "enforce", method="電子メール", seal_mode="omitted")
    return walk.act("road-officer", case, "complete")


def outsourcing(walk: CaseWalker) -> Case:
    """An outsourcing of ¥12,000,000: above the division director's limit, with concurrence of the general affairs
    division.
    """
    walk.say("2. 委託料 12,000,000円(次長の専決、総務課長の合議)")
    case = walk.draft(
        "road-officer",
        "demo-outsourcing",
        kind="outsourcing",
        title="橋梁定期点検業務委託の契約締結",
        body="次のとおり契約を締結してよろしいか伺います。",
        amount_yen=12_000_000,
        counterparty={"name": "受注者A社", "corporate_number": "1000012345678"},
    )
    walk.say(f"     {case['rule']['reason']}")
    return walk.approve_until(case, "decided")


def returned_and_amended(walk: CaseWalker) -> Case:
    """A purchase that the division director sends back; amended, it goes through its route again."""
    walk.say("3. 差戻しと修正(物品購入)")
    case = walk.draft(
        "road-officer",
        "demo-returned",
        kind="goods",
        title="除雪用資材の購入",
        body="次のとおり購入してよろしいか伺います。",
        amount_yen=4_800_000,
    )
    case = walk.act("road-chief", case, "approve")
    case = walk.act("road-lead", case, "return", reason="数量の根拠を示し、金額を見直してください。")
    case = walk.act("road-officer", case, "amend", reason="数量を見直しました。", amount_yen=4_200_000)
    case = walk.act("road-officer", case, "submit")
    return walk.approve_until(case, "decided")


def by_proxy(walk: CaseWalker, advance: Advance | None) -> Case:
    """A case for vice-governor 1, abroad: decided by proxy, and post-reviewed after the return (where time can be
    moved).
    """
    walk.say("6. 副知事(第1順位)の海外出張中の代決と、帰任後の後閲")
    case = walk.draft(
        "dx-officer",
        "demo-proxy",
        kind="outsourcing",
        title="業務システム再構築支援業務委託の契約締結",
        body="次のとおり契約を締結してよろしいか伺います。",
        amount_yen=80_000_000,
        information_system=True,
    )
    case = walk.approve_until(case, "awaiting_decision")
    case = walk.act(
        "policy-director",
        case,
        "proxy-decide",
        urgency="契約の期日が副知事の帰任前に到来するため",
        prior_instruction="出張前に内容の了承を得ている",
    )
    if advance is not None:
        advance(RETURNED)
        case = walk.act("vice-governor-1", case, "post-review", outcome="seen")
    return case


def payment(walk: CaseWalker) -> Case:
    """A payment order: decided in the division, then examined by the accounting manager."""
    walk.say("4. 支出命令(会計管理者の審査)")
    case = walk.draft(
        "road-officer",
        "demo-payment",
        kind="payment_order",
        title="道路照明電気料金の支払",
        body="次のとおり支出してよろしいか伺います。",
        amount_yen=800_000,
    )
    return walk.approve_until(case, "decided")


def withdrawn(walk: CaseWalker) -> Case:
    """A case its drafter takes back."""
    walk.say("5. 取下げ")
    case = walk.draft(
        "housing-officer",
        "demo-withdrawn",
        kind="goods",
        title="会議用机の購入",
        body="次のとおり購入してよろしいか伺います。",
        amount_yen=300_000,
    )
    return walk.act("housing-officer", case, "withdraw", reason="他課の遊休備品を転用できることになったため")
