"""The register of pages: a process's pages, and what it brings to the inbox; addresses are matched in this order."""

from fastapi import APIRouter

from api.auth.forms import FormGuard
from api.pages import (
    approval_acting,
    approval_cards,
    campaign_acting,
    campaign_cards,
    contract_cards,
    entry_acting,
    entry_cards,
    telework_cards,
)
from api.pages.acting import ActPages
from api.pages.approval import CasePages
from api.pages.campaign import CampaignPages
from api.pages.cards import InInbox
from api.pages.contract import ContractPages
from api.pages.contract_acting import ContractActPages
from api.pages.contract_batch import ContractBatchPages
from api.pages.contract_preparing import ContractSheetPages
from api.pages.contract_reports import ContractReportPages
from api.pages.contract_searching import ContractSearchPages
from api.pages.drafting import DraftPages
from api.pages.entry import EntryPages
from api.pages.inbox import InboxPages
from api.pages.searching import SearchPages
from api.pages.signing import SigningPages
from api.pages.static_files import router as static_files
from api.pages.telework import telework_routers
from domain import approval, campaign, contract, entry, telework
from projections.queries.notices import Notices

INBOX = (
    InInbox(record=approval.RECORD, awaited=approval_cards.awaited),
    InInbox(record=telework.RECORD, awaited=telework_cards.awaited, together=telework_cards.TOGETHER),
    InInbox(record=entry.RECORD, awaited=entry_cards.awaited),
    InInbox(record=campaign.RECORD, awaited=campaign_cards.awaited),
    InInbox(record=contract.RECORD, awaited=contract_cards.awaited, together=contract_cards.TOGETHER),
)


def page_routers(*, form_guard: FormGuard, notices: Notices) -> tuple[APIRouter, ...]:
    """Give the routers of all pages (`ApiParts.routers`). `form_guard` is the identity's."""
    return (
        InboxPages(notices, INBOX).router,
        SearchPages().router,
        DraftPages(form_guard).router,  # /approvals/new before /approvals/{number}
        ActPages(form_guard, approval_acting.ACTING).router,
        CasePages().router,
        *telework_routers(form_guard),
        entry_acting.EntrySheetPages(form_guard).router,
        ActPages(form_guard, entry_acting.ACTING).router,
        EntryPages().router,
        campaign_acting.CampaignSheetPages(form_guard).router,  # /telework-campaigns/new before …/{number}
        ActPages(form_guard, campaign_acting.ACTING).router,
        CampaignPages().router,
        ContractSearchPages().router,
        ContractSheetPages(form_guard).router,  # /contracts/new, …/batch and …/custody before /contracts/{number}
        ContractBatchPages(form_guard).router,
        ContractReportPages().router,
        ContractActPages(form_guard).router,
        ContractPages().router,
        SigningPages().router,
        static_files,
    )
