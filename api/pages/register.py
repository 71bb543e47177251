"""The register of pages: every router, in the order in which addresses are matched."""

from fastapi import APIRouter

from api.auth.forms import FormGuard
from api.pages.acting import ActPages
from api.pages.approval import CasePages
from api.pages.drafting import DraftPages
from api.pages.inbox import InboxPages
from api.pages.searching import SearchPages
from api.pages.static_files import router as static_files
from projections.queries.notices import Notices


def page_routers(*, form_guard: FormGuard, notices: Notices) -> tuple[APIRouter, ...]:
    """Give the routers of all pages (`ApiParts.routers`). `form_guard` is the identity's."""
    return (
        InboxPages(notices).router,
        SearchPages().router,
        DraftPages(form_guard).router,  # /approvals/new before /approvals/{number}
        ActPages(form_guard).router,
        CasePages().router,
        static_files,
    )
