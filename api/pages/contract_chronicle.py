"""電子契約の経過: every fact of a contract as people read it, oldest first."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from api.event_labels import LABELS
from api.pages.chronicle import Entry, Tone, actor
from api.pages.contract_forms import signer_label
from api.pages.contract_labels import LEVELS
from api.pages.formats import long_day, long_moment, short_moment
from domain.contract import RECORD, facts
from domain.contract.state import Contract
from domain.events import Event, Fact

FACTORS: Mapping[str, str] = MappingProxyType(
    {
        "link": "送られたリンク",
        "sms": "SMSの認証コード",
        "telephone": "電話の認証コード",
        "letter": "郵便の認証コード",
        "passkey": "パスキー",
        "certificate": "本人の電子証明書",
        "login": "職員の認証",
    }
)
TONES: Mapping[type[Event], Tone] = MappingProxyType(
    {
        facts.Agreed: "good",
        facts.Signed: "good",
        facts.Concluded: "good",
        facts.ProvisionalFinalised: "good",
        facts.Archived: "good",
        facts.ForwardProposed: "back",
        facts.StepRefused: "back",
        facts.CodeRefused: "back",
        facts.SwitchedToPaper: "back",
        facts.Declined: "ended",
        facts.Expired: "ended",
        facts.Withdrawn: "ended",
        facts.ProvisionalLapsed: "ended",
        facts.Terminated: "ended",
        facts.RenewalFailed: "ended",
        facts.StepBegun: "quiet",
        facts.CodeIssued: "quiet",
        facts.Reminded: "quiet",
        facts.ArchivingDue: "quiet",
        facts.ArchivingPostponed: "quiet",
        facts.LeaseExpired: "quiet",
        facts.Closed: "quiet",
    }
)


def chronicle(all_facts: Sequence[Fact]) -> tuple[Entry, ...]:
    """Give the entries of a contract's facts. That the platform began something for the first time goes without
    saying: what came of it follows.
    """
    return tuple(_entries(all_facts))


def _entries(all_facts: Sequence[Fact]) -> Iterator[Entry]:
    state = RECORD.initial
    for fact in all_facts:
        event = fact.event
        state = RECORD.evolve(state, event, fact.meta)
        if isinstance(event, facts.StepBegun) and event.attempt == 1:
            continue
        behalf = fact.meta.on_behalf_of
        tag = str(event.__struct_config__.tag)
        yield Entry(
            version=fact.version,
            at=fact.meta.at,
            who=actor(fact.meta.by),
            behalf=actor(behalf) if behalf else None,
            label=LABELS.get(tag, tag),
            tone=TONES.get(type(event), "plain"),
            said=str(getattr(event, "reason", None) or getattr(event, "note", None) or ""),
            notes=tuple(note for note in _notes(event, state) if note),
        )


def _notes(event: Event, state: Contract) -> Iterator[str]:
    signer = getattr(event, "signer", None)
    if isinstance(signer, int) and (party := state.party(signer)) is not None:
        yield signer_label(party, state)
    told = NOTES.get(type(event))
    if told is not None:
        yield from told(event)


def _consented(event: facts.ConsentRecorded) -> Iterator[str]:
    yield f"受けた日 {long_day(event.received_on)}"
    yield f"{long_day(event.valid_until)}まで有効" if event.valid_until else ""
    yield "建設業法19条3項の承諾を含む" if event.construction else ""


def _released(event: facts.Released) -> Iterator[str]:
    yield f"期限 {long_moment(event.expires_at)}"
    yield f"{event.round}回目" if event.round > 1 else ""


def _proven(event: facts.Authenticated) -> Iterator[str]:
    yield "、".join(dict.fromkeys(FACTORS[each.kind] for each in event.factors))


def _signed(event: facts.Signed | facts.Certified) -> Iterator[str]:
    yield f"{LEVELS.get(event.signature.level, event.signature.level)}　{long_moment(event.signature.signed_at)}"


def _concluded(event: facts.Concluded) -> Iterator[str]:
    yield f"契約日 {long_day(event.contract_date)}、最後の署名 {long_moment(event.last_signature_at)}"
    yield f"効力の発生日 {long_day(event.effective_from)}" if event.effective_from else ""
    yield "契約日・効力の発生日が署名の日と異なります。" if event.dates_differ else ""
    yield f"保存期限 {long_day(event.retained_until)}"


def _archived(event: facts.Archived) -> Iterator[str]:
    yield f"{event.generation}回目　{LEVELS.get(event.level, event.level)}（{event.algorithm}）"
    yield f"タイムスタンプ局の証明書の期限 {long_moment(event.tsa_expires_at)}"


def _refused(event: facts.StepRefused) -> Iterator[str]:
    yield f"{event.step}: {event.code}"


def _failed(event: facts.RenewalFailed) -> Iterator[str]:
    yield f"{event.generation}回目: {event.code} {event.detail}"


NOTES: Mapping[type[Event], Callable[[Any], Iterator[str]]] = MappingProxyType(
    {
        facts.ConsentRecorded: _consented,
        facts.Released: _released,
        facts.Authenticated: _proven,
        facts.Signed: _signed,
        facts.Certified: _signed,
        facts.Concluded: _concluded,
        facts.Archived: _archived,
        facts.StepRefused: _refused,
        facts.RenewalFailed: _failed,
        facts.CodeIssued: lambda event: iter((f"{FACTORS[event.channel]}、{short_moment(event.valid_until)}まで",)),
        facts.SignerChanged: lambda event: iter((f"新しい署名者 {event.to.name}",)),
        facts.Forwarded: lambda event: iter((f"転送先 {event.to.name}",)),
        facts.ForwardProposed: lambda event: iter((f"申出のあった署名者 {event.proposal.person.name}",)),
        facts.ArchivingPostponed: lambda event: iter((f"{long_moment(event.until)}まで", event.reason)),
        facts.PaperFiled: lambda event: iter((f"契約書の日付 {long_day(event.contract_date)}",)),
    }
)
