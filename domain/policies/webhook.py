"""送信先: to which addresses a webhook may be sent. Whoever registers one must not reach what only we can reach."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PORTS = {"https": 443, "http": 80}
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)\Z")  # of a host's last label: some resolvers take 2130706433 or 127.1
NAT64 = IPv6Network("64:ff9b::/96")
LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
COMPATIBLE = IPv6Network("::/96")
SITE_LOCAL = IPv6Network("fec0::/10")


class BadTarget(ValueError):
    """An address nothing may be sent to, and why in English."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a webhook goes: host in lower case without brackets, port, and whether it is encrypted."""

    scheme: str
    host: str
    port: int

    @property
    def literal(self) -> Address | None:
        """The address, where the host is one."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None


def target_of(url: str) -> Target:
    """Take a URL apart. Refuse (`BadTarget`) other schemes, names and passwords, fragments, and hosts that only some
    programs read as an address (decimal, octal, hexadecimal, shortened).
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadTarget("not a URL") from error
    if parts.scheme not in PORTS:
        raise BadTarget("only http and https")
    if "@" in parts.netloc or "#" in url or "\\" in url:
        raise BadTarget("no user, password, fragment or backslash")
    host = (parts.hostname or "").rstrip(".")
    if port == 0 or not _well_formed(host):
        raise BadTarget("not a host that everybody reads alike")
    return Target(scheme=parts.scheme, host=host, port=port or PORTS[parts.scheme])


def _well_formed(host: str) -> bool:
    try:
        return getattr(ip_address(host), "scope_id", None) is None
    except ValueError:
        labels = host.split(".")
        return len(host) <= 253 and all(map(LABEL.match, labels)) and NUMERIC.match(labels[-1]) is None


def inside(address: Address) -> bool:
    """Whether the address lies inside: loopback, private, link-local (there is a cloud's metadata service), multicast,
    reserved or unspecified; also where an IPv6 address only carries such an IPv4 address. Source: IANA's special
    registries, as the standard library has them.
    """
    carried = _carried(address)
    if any(inside(each) for each in carried):
        return True
    site_local = isinstance(address, IPv6Address) and (address in SITE_LOCAL or address in LOCAL_NAT64)
    reserved = address.is_reserved and not carried
    return (not address.is_global and not carried) or address.is_multicast or reserved or site_local


def _carried(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that an IPv6 address stands for: mapped, 6to4, Teredo, NAT64, compatible."""
    if isinstance(address, IPv4Address):
        return ()
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64 or (address in COMPATIBLE and int(address) > 1):
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return tuple(each for each in found if each is not None)


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """Which inside targets an installation has allowed: host names, and networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = field(default=())

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Allowed":
        """Read the setting's entries: `10.1.0.0/16`, `192.0.2.7`, `intra.pref.example.jp`. Raises ValueError."""
        hosts, networks = set[str](), list[Network]()
        for entry in entries:
            if "/" in entry or _is_address(entry):
                networks.append(ip_network(entry))
            else:
                target_of(f"https://{entry}")
                hosts.add(entry.lower().rstrip("."))
        return cls(hosts=frozenset(hosts), networks=tuple(networks))

    def names(self, target: Target) -> bool:
        """Whether the target's host itself is on the list."""
        return target.host in self.hosts or (target.literal is not None and self.covers(target.literal))

    def covers(self, address: Address) -> bool:
        """Whether an address lies in a listed network."""
        return any(address in network for network in self.networks)


def refusal_before(target: Target, allowed: Allowed) -> str | None:
    """Why nothing is sent to the target, as far as it shows before its name is resolved; None: nothing against it."""
    if target.literal is not None:
        return refusal(target, target.literal, allowed)
    if target.scheme != "https" and target.host not in allowed.hosts:
        return None if allowed.networks else "only https"  # a name may yet resolve into a listed network
    return None


def refusal(target: Target, address: Address, allowed: Allowed) -> str | None:
    """Why nothing is sent to the target at this address; None: it may be. Outside, only encrypted."""
    if allowed.names(target) or allowed.covers(address):
        return None
    if inside(address):
        return "the address lies inside"
    return None if target.scheme == "https" else "only https"


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
