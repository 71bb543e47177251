"""Composition: builds every object from the settings and hands it to whoever needs it. Nothing is built
anywhere else.
"""

from dataclasses import dataclass
from functools import cached_property

from temporalio.client import Client
from temporalio.converter import DataConverter

from domain import campaign
from domain.calendars import Calendars, load_holidays
from domain.clock import Clock
from domain.ledger.reading import DIRECTORY, LedgerReader
from domain.ledger.store import LedgerStore
from domain.ledger.writing import LedgerWriter
from domain.streams import stream_of
from kessai.campaign_result import CampaignResult
from kessai.clocks import SystemClock, VirtualClock
from kessai.keys import codec_keys, envelope_signer, envelope_verifier, key_path
from kessai.namespace import tls
from kessai.processes import EVENTS, RECORDS, WORKFLOW_NAMES
from kessai.settings import Settings
from projections.position import ReadPosition
from projections.queries.telework import Teleworks
from projections.store import ReadStore
from signing.detached import Signer, Verifier
from workflows.activities.case import LedgerActivities
from workflows.codec import SealingCodec, data_converter
from workflows.starting import Starter

WITHOUT_PAGES = frozenset({"webhook"})


@dataclass(frozen=True)
class Composition:
    """The parts of one installation, each built once, when first asked for."""

    settings: Settings

    @cached_property
    def clock(self) -> Clock:
        """The one clock of this installation."""
        return VirtualClock(self.settings.clock_file) if self.settings.clock == "virtual" else SystemClock()

    @cached_property
    def calendars(self) -> Calendars:
        """Office, bank and store calendars, from the packaged table of holidays."""
        return Calendars.from_rows(load_holidays())

    @cached_property
    def store(self) -> LedgerStore:
        """The ledger's event store, as the application role."""
        self.settings.require("database_url")
        return LedgerStore(database_url=self.settings.database_url, schema=self.settings.database_schema, events=EVENTS)

    @cached_property
    def reader(self) -> LedgerReader:
        """The ledger's reading half."""
        return LedgerReader(self.store)

    @cached_property
    def read_store(self) -> ReadStore:
        """The read models' tables."""
        self.settings.require("database_url")
        return ReadStore(database_url=self.settings.database_url, schema=self.settings.database_schema)

    @cached_property
    def writer(self) -> LedgerWriter:
        """The ledger's writing half: for the worker, and the commands that ADR 0002 lists."""
        return LedgerWriter(self.store, clock=self.clock, calendars=self.calendars)

    @cached_property
    def signer(self) -> Signer:
        """The API's envelope key."""
        path = key_path(self.settings.keys_dir, "envelope")
        return envelope_signer(path, production=self.settings.production)

    @cached_property
    def verifier(self) -> Verifier:
        """The public halves the worker believes."""
        path = key_path(self.settings.keys_dir, "envelope-public")
        return envelope_verifier(path, production=self.settings.production)

    def codec(self, *, believes_unsealed: bool = False) -> SealingCodec:
        """The payload codec of this installation's keys."""
        keys = codec_keys(key_path(self.settings.keys_dir, "codec"), production=self.settings.production)
        return SealingCodec(keys.keys, keys.current, believes_unsealed=believes_unsealed)

    @cached_property
    def data_converter(self) -> DataConverter:
        """The one converter of client, worker and replayer."""
        return data_converter(self.codec())

    @cached_property
    def activities(self) -> LedgerActivities:
        """The activities of the worker."""
        return LedgerActivities(
            writer=self.writer,
            records=RECORDS,
            verifier=self.verifier,
            clock=self.clock,
            case_url=self.case_url,
            inquiries={campaign.RECORD.noun: lambda state: self.campaign_result(state)},
        )

    @cached_property
    def campaign_result(self) -> CampaignResult:
        """Who counts a campaign's result (ADR 0016)."""
        return CampaignResult(
            reader=self.reader, teleworks=Teleworks(self.read_store), position=ReadPosition(self.read_store)
        )

    def starter(self, client: Client) -> Starter:
        """The one who starts this installation's processes, over a client of its Temporal."""
        return Starter(
            client=client,
            records=RECORDS,
            workflow_names=WORKFLOW_NAMES,
            task_queue=self.settings.task_queue,
        )

    def case_url(self, noun: str, number: str) -> str:
        """The address of a case's page; reference records have none, and lead to the first page."""
        page = (
            "" if stream_of(noun, number) == DIRECTORY or noun in WITHOUT_PAGES else f"{RECORDS[noun].plural}/{number}"
        )
        return f"{self.settings.public_url}/{page}"

    async def temporal(self, *, lazy: bool = False) -> Client:
        """A client of this installation's Temporal; `lazy` connects on first use, so the API can start while
        Temporal
        is down.
        """
        return await Client.connect(
            self.settings.temporal_address,
            namespace=self.settings.temporal_namespace,
            data_converter=self.data_converter,
            tls=tls(self.settings),
            lazy=lazy,
        )

    def close(self) -> None:
        """Give back the database connections, if any were taken."""
        for name in ("store", "read_store"):
            if name in self.__dict__:
                getattr(self, name).close()
