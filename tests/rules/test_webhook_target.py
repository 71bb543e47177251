"""送信先: whoever registers a webhook reaches nothing that only we can reach, however the address is written."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policies.webhook import Allowed, BadTarget, Target, inside, refusal, refusal_before, target_of

NOTHING = Allowed()
OUTSIDE = Target(scheme="https", host="records.example.jp", port=443)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1",  # noqa: S104  # refused here, not listened on
        "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
        "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
        "100::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_inside_addresses_are_refused(address: str) -> None:
    assert inside(ip_address(address))
    assert refusal(OUTSIDE, ip_address(address), NOTHING) == "the address lies inside"


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_outside_addresses_are_not(address: str) -> None:
    assert not inside(ip_address(address))
    assert refusal(OUTSIDE, ip_address(address), NOTHING) is None


@given(st.ip_addresses(v=4))
def test_an_address_carried_in_ipv6_is_judged_as_itself(carried) -> None:
    for text in (f"::ffff:{carried}", f"64:ff9b::{carried}"):
        assert inside(ip_address(text)) == inside(carried), text


@pytest.mark.parametrize(
    "url",
    [
        "https://2130706433/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://127.1/", "https://0177.0.0.1/",
        "https://127.0.0.1.0x1/", "https://127.0.0.010/", "https://user@records.example.jp/",
        "https://records.example.jp@127.0.0.1/", "https://records.example.jp#@127.0.0.1/",
        "https://records.example.jp\\@127.0.0.1/", "https:///x", "https://", "ftp://records.example.jp/",
        "file:///etc/passwd", "gopher://records.example.jp/", "https://records.example.jp:0/",
        "https://records.example.jp:99999/", "https://[::1", "https://[fe80::1%25eth0]/", "https://exa mple.jp/",
        "https://-a.example.jp/", "https://a..example.jp/", f"https://{'a' * 64}.jp/", "https://%31%32%37.0.0.1/",
        "https://１２７.0.0.1/",
    ],
)  # fmt: skip
def test_what_some_program_might_read_as_another_address_is_refused(url: str) -> None:
    with pytest.raises(BadTarget):
        target_of(url)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://Records.Example.jp/kessai?a=1", "records.example.jp", 443),
        ("https://records.example.jp.:8443/", "records.example.jp", 8443),
        ("http://10.0.0.7/", "10.0.0.7", 80),
        ("https://[2606:4700:4700::1111]/", "2606:4700:4700::1111", 443),
        ("https://xn--wgv71a.jp/", "xn--wgv71a.jp", 443),
    ],
)
def test_a_target_is_taken_apart(url: str, host: str, port: int) -> None:
    target = target_of(url)
    assert (target.host, target.port) == (host, port)


def test_what_the_installation_allows_is_sent_to() -> None:
    allowed = Allowed.of(["10.1.0.0/16", "192.168.0.7", "intra.pref.example.jp"])
    named = Target(scheme="http", host="intra.pref.example.jp", port=80)
    assert refusal(OUTSIDE, ip_address("10.1.2.3"), allowed) is None
    assert refusal(OUTSIDE, ip_address("192.168.0.7"), allowed) is None
    assert refusal(OUTSIDE, ip_address("10.2.0.1"), allowed) is not None
    assert refusal(named, ip_address("10.9.9.9"), allowed) is None
    for wrong in ("10.1.0.1/16", "999.1.1.1", "a b"):
        with pytest.raises(ValueError):
            Allowed.of([wrong])


def test_outside_only_encrypted() -> None:
    plain = Target(scheme="http", host="records.example.jp", port=80)
    assert refusal(plain, ip_address("8.8.8.8"), NOTHING) == "only https"
    assert refusal_before(plain, NOTHING) == "only https"
    assert refusal_before(OUTSIDE, NOTHING) is None
    assert refusal_before(target_of("https://127.0.0.1/"), NOTHING) is not None
    assert refusal_before(target_of("http://[::1]:9/"), Allowed.of(["::1"])) is None
