"""本人確認: a counterparty's signer opens the link in one browser session and proves a second factor in it. What is
proven counts for that session, that document and that contract only, and for a short time.
"""

from datetime import timedelta

from domain.contract import facts
from domain.contract.commands import EnterCode, Open, ProvePasskey, RegisterPasskey, Reissue, RequestCode
from domain.contract.facts import Factor
from domain.contract.standing import own_party
from domain.contract.state import CONCLUDED, OUT, Code, Party
from domain.contract.story import Story
from domain.refusals import Refused, require

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANOTHER_DEVICE = "別の端末"
PASSKEYS_MAX = 5


def open_(story: Story, command: Open) -> None:
    """開封: binds the link's generation to one session. Refuses `not-pending` before the turn or after an end without
    a contract, `link-outdated`, and `link-used` for a second session before the signature (`reissue` is the way).
    """
    party = _invited(story)
    require(command.generation == party.generation, "link-outdated")
    fresh = party.session is None
    again = command.session != party.session and (party.signed is not None or story.state.status in CONCLUDED)
    require(fresh or again, "link-used")
    story.tell(
        facts.Opened(
            signer=party.number,
            generation=party.generation,
            session=command.session,
            address=command.address,
            user_agent=command.user_agent,
        )
    )


def reissue(story: Story, command: Reissue) -> None:
    """再発行: a new link into the same mailbox, for another device. Refuses `not-pending`, `too-many-links`,
    `being-prepared`.
    """
    party = _invited(story)
    recent = [at for at in party.reissues if at > story.given.now - DAY]
    require(not party.blocked, "signer-blocked")
    require(len(recent) < story.rules.invitations.reissues_per_day, "too-many-links")
    require(all(each.signer != party.number or each.nth is None for each in story.state.queue), "being-prepared")
    story.invite(party, command.reason or ANOTHER_DEVICE)


def request_code(story: Story, command: RequestCode) -> None:
    """認証コードの依頼, over another channel than the link. Refuses `not-pending`, `wrong-session`, `code-locked`,
    `too-many-codes`, `no-phone`.
    """
    party = _in_session(story, command.session)
    now, rules = story.given.now, story.rules.codes
    _require_unlocked(story, party)
    require(sum(at > now - HOUR for at in party.codes_at) < rules.per_hour_max, "too-many-codes")
    person = party.signer.person
    require(command.channel == "letter" or (person is not None and person.phone), "no-phone", "channel")
    letter = command.channel == "letter"
    valid = timedelta(days=rules.letter_valid_days) if letter else timedelta(minutes=rules.valid_minutes)
    story.tell(
        facts.CodeIssued(
            signer=party.number,
            nth=len(party.codes_at) + 1,
            channel=command.channel,
            document=story.state.decided_document,
            valid_until=now + valid,
        )
    )


def enter_code(story: Story, command: EnterCode) -> None:
    """認証コードの入力: right, it proves the factor; wrong, it is counted, voids the code and locks after
    too many, and blocks the signer after far too many. Refuses `not-pending`, `wrong-session`, `signer-blocked`,
    `code-locked`, `code-outdated`, `code-expired`.
    """
    party = _in_session(story, command.session)
    _require_unlocked(story, party)
    code = party.code
    if code is None or code.spent or code.nth != command.nth or code.document != story.state.decided_document:
        raise Refused("code-outdated", "nth")
    require(code.valid_until > story.given.now, "code-expired")
    if not command.matched:
        _count_wrong(story, party, code)
        return
    _authenticate(story, party, Factor(kind=code.channel, at=story.given.now, reference=str(code.nth)))


def register_passkey(story: Story, command: RegisterPasskey) -> None:
    """パスキーの登録, after another second factor. Refuses `not-pending`, `wrong-session`, `second-factor-required`,
    `passkey-known`, `too-many-passkeys`.
    """
    party = _in_session(story, command.session)
    proven_factors(story, party)
    known = {each.credential for each in party.passkeys}
    require(command.credential not in known, "passkey-known", "credential")
    require(len(known) < PASSKEYS_MAX, "too-many-passkeys", "credential")
    story.tell(
        facts.PasskeyRegistered(
            signer=party.number,
            credential=command.credential,
            public_key=command.public_key,
            sign_count=command.sign_count,
        )
    )


def prove_passkey(story: Story, command: ProvePasskey) -> None:
    """パスキーによる本人確認, over this contract's document. Refuses `not-pending`, `wrong-session`,
    `passkey-unknown`, `document-differs`.
    """
    party = _in_session(story, command.session)
    require(command.document == story.state.decided_document, "document-differs", "document")
    require(any(each.credential == command.credential for each in party.passkeys), "passkey-unknown", "credential")
    _authenticate(story, party, Factor(kind="passkey", at=story.given.now, reference=command.credential))


def proven_factors(story: Story, party: Party) -> tuple[Factor, ...]:
    """Give the factors that count now: proven in the session the link is bound to, for the decided document, not out
    of date. Refuses `second-factor-required`.
    """
    proof = party.authenticated
    fresh = (
        proof is not None
        and proof.session == party.session
        and proof.document == story.state.decided_document
        and proof.valid_until > story.given.now
    )
    if proof is None or not fresh:
        raise Refused("second-factor-required")
    return proof.factors


def _invited(story: Story) -> Party:
    party, status = own_party(story), story.state.status
    require(party.invited_at is not None and (status in OUT or status in CONCLUDED), "not-pending")
    return party


def _in_session(story: Story, session: str) -> Party:
    party = _invited(story)
    require(party.session is not None and party.session == session, "wrong-session")
    return party


def _require_unlocked(story: Story, party: Party) -> None:
    require(not party.blocked, "signer-blocked")
    require(party.locked_until is None or party.locked_until <= story.given.now, "code-locked")


def _count_wrong(story: Story, party: Party, code: Code) -> None:
    rules, tries = story.rules.codes, code.tries + 1
    locked = story.given.now + timedelta(minutes=rules.lock_minutes) if tries >= rules.tries_max else None
    blocked = party.wrong + 1 >= rules.wrong_max
    story.tell(facts.CodeRefused(signer=party.number, nth=code.nth, tries=tries, locked_until=locked, blocked=blocked))


def _authenticate(story: Story, party: Party, second: Factor) -> None:
    assert party.opened_at is not None, "a session has opened the link"
    assert party.session is not None, "an opened link is bound to a session"
    first = Factor(kind="link", at=party.opened_at, reference=str(party.generation))
    story.tell(
        facts.Authenticated(
            signer=party.number,
            session=party.session,
            document=story.state.decided_document,
            factors=(first, second),
            valid_until=story.given.now + timedelta(minutes=story.rules.codes.proof_minutes),
        )
    )
