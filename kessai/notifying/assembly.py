"""The notifier of an installation, built from its settings and parts."""

from collections.abc import Callable
from datetime import timedelta

from domain.events import Fact
from domain.policies.webhook import Allowed
from domain.streams import parse
from kessai.composition import Composition
from kessai.keys import key_path, webhook_secrets
from kessai.notifying.addresses import ADDRESS, addresses
from kessai.notifying.letter_lane import LetterLane
from kessai.notifying.mail import Desks, LetterPlanner
from kessai.notifying.message_lane import MessageLane
from kessai.notifying.notifier import Notifier
from kessai.notifying.outbox import Outbox
from kessai.notifying.outside_assembly import outside
from kessai.notifying.posts import MessagePlanner, Subscriptions
from kessai.notifying.smtp import mail_server
from kessai.notifying.tls import trusted
from kessai.processes import PROCESSES, RECORDS
from kessai.settings import SettingsError
from projections.register import PROJECTIONS

SINGULAR = frozenset({"directory"})  # records of which there is one, at an address without a number


def notifier(parts: Composition) -> Notifier:
    """Build it. Raises Trouble where a setting cannot be used."""
    settings = parts.settings
    outbox = Outbox(database_url=settings.database_url, schema=settings.database_schema)
    give_up_after = timedelta(days=settings.delivery_days)
    secrets = webhook_secrets(key_path(settings.keys_dir, "webhook"), production=settings.production)
    lane = MessageLane(
        outbox=outbox, reader=parts.reader, secrets=secrets, resource=resource_of(settings.public_url),
        allowed=Allowed.of(settings.webhook_private_targets), tls=trusted(settings), clock=parts.clock,
        give_up_after=give_up_after,
    )  # fmt: skip
    made = Notifier(
        database_url=settings.database_url, schema=settings.database_schema, outbox=outbox,
        subscriptions=Subscriptions(parts.reader),
        messages=MessagePlanner(reader=parts.reader, outbox=outbox, clock=parts.clock), message_lane=lane,
        clock=parts.clock, kept_for=timedelta(days=settings.delivery_kept_days),
    )  # fmt: skip
    if settings.smtp_url:
        made.letters, made.letter_lane = _letters(parts, outbox, give_up_after)
    to_counterparties = outside(parts, outbox)
    made.outsiders, made.outsider_lane = to_counterparties.planner, to_counterparties.letters
    made.code_lane = to_counterparties.codes
    return made


def _letters(parts: Composition, outbox: Outbox, give_up_after: timedelta) -> tuple[LetterPlanner, LetterLane]:
    settings = parts.settings
    if ADDRESS.match(settings.mail_from) is None:
        raise SettingsError(["KESSAI_MAIL_FROM: 差出人のメールアドレスが必要です。"])
    desks = Desks(parts.reader, PROJECTIONS)
    planner = LetterPlanner(
        reader=parts.reader, outbox=outbox, desks=desks, clock=parts.clock, calendars=parts.calendars,
        news_for=give_up_after,
    )  # fmt: skip
    lane = LetterLane(
        outbox=outbox, reader=parts.reader, desks=Desks(parts.reader, PROJECTIONS),
        server=mail_server(settings.smtp_url),
        addresses=addresses(pattern=settings.mail_address_template, file=settings.mail_addresses_file),
        sender=settings.mail_from, records=RECORDS, case_url=parts.case_url, clock=parts.clock,
        calendars=parts.calendars, give_up_after=give_up_after,
    )  # fmt: skip
    return planner, lane


def resource_of(public_url: str) -> Callable[[Fact], str | None]:
    """Give what tells the API's address of a fact's case."""
    nouns = {process.record.noun for process in PROCESSES}

    def resource(fact: Fact) -> str | None:
        stream = parse(fact.stream)
        if stream is None or stream.noun not in nouns:
            return None
        within = "" if stream.noun in SINGULAR else f"/{stream.number}"
        return f"{public_url}/v1/{RECORDS[stream.noun].plural}{within}"

    return resource
