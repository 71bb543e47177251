"""The register of processes: one line each.

A new process is one file (or package) of its noun per folder, as tests/guards/test_structure.py lists them, and one
line in each
register: here, projections/register.py, api/app.py, api/pages/register.py, and its codes and labels in
api/problems.py and
api/event_labels.py. The guards name what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain import approval, campaign, contract, entry, rule_adoption, telework, webhook
from domain.directory import register as directory
from domain.events import Event
from domain.record import Record
from workflows.approval import ApprovalProcess
from workflows.campaign import CampaignProcess
from workflows.contract import ContractProcess
from workflows.directory import DirectoryProcess
from workflows.entry import EntryProcess
from workflows.telework import TeleworkProcess
from workflows.webhook import WebhookProcess


@dataclass(frozen=True)
class Process:
    """A record and the workflow that carries it."""

    record: Record[Any]
    workflow: type


PROCESSES: tuple[Process, ...] = (
    Process(approval.RECORD, ApprovalProcess),
    Process(telework.RECORD, TeleworkProcess),
    Process(entry.RECORD, EntryProcess),
    Process(campaign.RECORD, CampaignProcess),
    Process(contract.RECORD, ContractProcess),
    Process(directory.RECORD, DirectoryProcess),
    Process(webhook.RECORD, WebhookProcess),
)
REFERENCES: tuple[Record[Any], ...] = (rule_adoption.RECORD,)  # records without a workflow of their own

RECORDS: Mapping[str, Record[Any]] = {
    **{process.record.noun: process.record for process in PROCESSES},
    **{record.noun: record for record in REFERENCES},
}
WORKFLOW_NAMES: Mapping[str, str] = {process.record.noun: process.record.label for process in PROCESSES}
WORKFLOWS: tuple[type, ...] = tuple(process.workflow for process in PROCESSES)
EVENTS: tuple[type[Event], ...] = tuple(dict.fromkeys(event for record in RECORDS.values() for event in record.events))
