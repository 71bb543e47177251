"""Generations of the time stamp authority: each has a key, a certificate and a root of its own, as accredited ones do.

A certificate lives 135 months and makes tokens during its first 15, so that every token can be checked for ten years
(what the authorities accredited under 令和3年総務省告示第146号 say of theirs). A generation is made when the clock asks
for one: whoever moves it by ten years finds that year's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding

from signing.development_pki import keys, profiles
from signing.development_pki.authorities import Authorities
from signing.development_pki.authority import Authority
from signing.development_pki.register import Entity, Register
from signing.development_pki.time_stamping import TimeStampAuthority

MONTH = timedelta(days=365.25 / 12)
LIVES = 135 * MONTH
STAMPS = 15 * MONTH
ROOT_LIVES = LIVES + timedelta(days=365)
PREFIX = "tsa-"


@dataclass(frozen=True, kw_only=True)
class Generation:
    """One generation; it makes tokens from `since` to before `until`."""

    number: int
    since: datetime
    authority: TimeStampAuthority

    @property
    def until(self) -> datetime:
        return self.since + STAMPS


class Generations:
    """The generations of one register, oldest first."""

    def __init__(self, register: Register, authorities: Authorities) -> None:
        self._register = register
        self._authorities = authorities
        self._known: dict[int, Generation] = {}
        self._current: Generation | None = None

    def at(self, now: datetime) -> Generation:
        """The generation that makes tokens now, made if there is none. Before the first, the first: it will refuse."""
        if self._current is None or not self._current.since <= now < self._current.until:
            with self._register.alone():
                self._current = self._standing(now) or self._make(now)
        return self._current

    def get(self, number: int) -> Generation | None:
        """The generation of that number, if there is one."""
        if number not in self._known:
            self._load()
        return self._known.get(number)

    def root(self, number: int) -> Authority:
        """The root of one generation."""
        return self._authorities.get(_root(number))

    def all(self) -> tuple[Generation, ...]:
        """Every generation there is."""
        self._load()
        return tuple(self._known[number] for number in sorted(self._known))

    def _standing(self, now: datetime) -> Generation | None:
        made = self.all()
        if made and now < made[0].since:
            return made[0]
        standing = [one for one in made if one.since <= now < one.until]
        return standing[-1] if standing else None

    def _make(self, now: datetime) -> Generation:
        number = len(self._known) + 1
        name = f"Development TSA {number}"
        root = self._authorities.found(_root(number), f"{name} Root", at=now, lives=ROOT_LIVES)
        key = keys.new_ec_key()
        draft = profiles.time_stamp_authority(profiles.pki_name(name), key.public_key(), at=now, until=now + LIVES)
        encoded = root.issue(draft).public_bytes(Encoding.DER)
        self._register.keep(
            Entity(name=f"{PREFIX}{number:03d}", key=keys.stored(key), certificate=encoded, made_at=now)
        )
        self._load()
        return self._known[number]

    def _load(self) -> None:
        for entity in self._register.entities(PREFIX):
            number = int(entity.name.removeprefix(PREFIX))
            if number not in self._known:
                authority = TimeStampAuthority(entity)
                self._known[number] = Generation(number=number, since=entity.made_at, authority=authority)


def _root(number: int) -> str:
    return f"{PREFIX}{number}-root"
