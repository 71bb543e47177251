"""The Temporal namespace: registered, with its retention and search attributes, as often as anybody asks."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode, TLSConfig

from kessai.settings import Settings
from kessai.trouble import Trouble

ANSWERS_WITHIN_S = 60.0
ASK_EVERY_S = 0.2
CALL_WITHIN = timedelta(seconds=5)

SEARCH_ATTRIBUTES = {  # never encrypted: nothing personal (I19)
    "Unit": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "State": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "CaseNumber": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "WaitingOn": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    "DueAt": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    "AmountYen": IndexedValueType.INDEXED_VALUE_TYPE_INT,
    "FiscalYear": IndexedValueType.INDEXED_VALUE_TYPE_INT,
    "LedgerVersion": IndexedValueType.INDEXED_VALUE_TYPE_INT,  # how far the process has seen its record
}


class NamespaceFailed(Trouble):
    """Temporal did not answer in time, or has a search attribute of another type."""


def prepare(settings: Settings) -> None:
    """Bring the namespace to what Kessai needs; waits for the server, changes only what differs.

    Raises NamespaceFailed if the server does not answer within a minute or an attribute has another type.
    """
    prepare_namespace(
        settings.temporal_address,
        settings.temporal_namespace,
        retention=timedelta(days=settings.temporal_retention_days),
        tls=tls(settings),
    )


def prepare_namespace(
    address: str, namespace: str, *, retention: timedelta = timedelta(days=90), tls: TLSConfig | bool = False
) -> None:
    """`prepare` for an address; starts an event loop of its own."""
    asyncio.run(_prepare(address, namespace, retention, tls))


def tls(settings: Settings) -> TLSConfig | bool:
    """How to connect to Temporal: TLS with the prefecture's certificates where they are set."""
    if settings.temporal_ca_file is None:
        return False
    return TLSConfig(
        server_root_ca_cert=settings.temporal_ca_file.read_bytes(),
        client_cert=_bytes(settings.temporal_certificate_file),
        client_private_key=_bytes(settings.temporal_key_file),
    )


async def _prepare(address: str, namespace: str, retention: timedelta, tls: TLSConfig | bool) -> None:
    deadline = time.monotonic() + ANSWERS_WITHIN_S
    while True:
        try:
            client = await Client.connect(address, namespace=namespace, tls=tls)
            await _register(client, retention)
            await _add_search_attributes(client)
            await client.count_workflows("AmountYen >= 0")  # fails until the server has learnt the attributes
        except (RPCError, RuntimeError) as error:  # RuntimeError: nobody listens there yet
            if time.monotonic() > deadline:
                raise NamespaceFailed(f"Temporal {address} の名前空間 {namespace} を用意できません: {error}") from error
            await asyncio.sleep(ASK_EVERY_S)
        else:
            return


async def _register(client: Client, retention: timedelta) -> None:
    """Register the namespace if it is missing, and set its retention if it differs."""
    service = client.workflow_service
    config = NamespaceConfig()
    config.workflow_execution_retention_ttl.FromTimedelta(retention)
    try:
        found = await service.describe_namespace(
            DescribeNamespaceRequest(namespace=client.namespace), timeout=CALL_WITHIN
        )
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        request = RegisterNamespaceRequest(namespace=client.namespace)
        request.workflow_execution_retention_period.FromTimedelta(retention)
        await service.register_namespace(request, timeout=CALL_WITHIN)
        return
    if found.config.workflow_execution_retention_ttl != config.workflow_execution_retention_ttl:
        update = UpdateNamespaceRequest(namespace=client.namespace, config=config)
        await service.update_namespace(update, timeout=CALL_WITHIN)


async def _add_search_attributes(client: Client) -> None:
    operator = client.operator_service
    listing = await operator.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace), timeout=CALL_WITHIN
    )
    known = dict(listing.custom_attributes)
    for name, kind in SEARCH_ATTRIBUTES.items():
        if known.get(name, kind) != kind:
            raise NamespaceFailed(f"Temporalの検索属性 {name} は別の型で登録されています。名前空間を分けてください。")
    missing = {name: kind for name, kind in SEARCH_ATTRIBUTES.items() if name not in known}
    if missing:
        request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        await operator.add_search_attributes(request, timeout=CALL_WITHIN)


def _bytes(path: Path | None) -> bytes | None:
    return None if path is None else path.read_bytes()
