"""No notation of an address dodges a guard."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.outbound.guard import LocalGuard, LoopbackGuard, PublicGuard

# (address, whether a local server may connect, whether a shared one may)
ADDRESSES = [
    # plain public ones
    ("8.8.8.8", True, True),
    ("2606:4700::1111", True, True),
    # loopback
    ("127.0.0.1", True, False),
    ("127.255.255.254", True, False),
    ("::1", True, False),
    # private
    ("10.0.0.1", True, False),
    ("172.16.0.1", True, False),
    ("192.168.0.1", True, False),
    ("fd00::1", True, False),
    ("100.64.0.1", True, False),
    ("100.127.255.254", True, False),
    # this host, this network
    ("0.0.0.0", True, False),  # noqa: S104 - asked about, not bound
    ("0.1.2.3", True, False),
    ("::", False, False),
    # link-local, and the metadata service of clouds
    ("169.254.0.1", False, False),
    ("169.254.169.254", False, False),
    ("fe80::1", False, False),
    ("fe80::5efe:7f00:1", False, False),
    # multicast, broadcast, reserved
    ("224.0.0.1", False, False),
    ("239.255.255.250", False, False),
    ("ff02::1", False, False),
    ("ff0e::1", False, False),
    ("255.255.255.255", False, False),
    ("240.0.0.1", False, False),
    # IPv4-mapped
    ("::ffff:8.8.8.8", True, True),
    ("::ffff:127.0.0.1", True, False),
    ("::ffff:10.0.0.1", True, False),
    ("::ffff:100.64.0.1", True, False),
    ("::ffff:0.0.0.0", True, False),
    ("::ffff:169.254.169.254", False, False),
    ("::ffff:a9fe:a9fe", False, False),
    ("::ffff:224.0.0.1", False, False),
    # 6to4
    ("2002:808:808::1", True, True),
    ("2002:7f00:1::", True, False),
    ("2002:a00:1::1", True, False),
    ("2002:a9fe:a9fe::", False, False),
    ("2002:e000:1::", False, False),
    # NAT64
    ("64:ff9b::808:808", True, True),
    ("64:ff9b::7f00:1", True, False),
    ("64:ff9b::a00:1", True, False),
    ("64:ff9b::a9fe:a9fe", False, False),
    ("64:ff9b::e000:1", False, False),
    # documentation, benchmarks
    ("192.0.2.1", True, False),
    ("198.18.0.1", True, False),
    ("2001:db8::1", True, False),
    # Teredo
    ("2001:0:a9fe:a9fe::1", True, False),
]

# IPv6 networks that are not for the public, though not every supported Python knows it
DISGUISED = [
    "64:ff9b:1::a9fe:a9fe",  # NAT64 with a local prefix (RFC 8215)
    "64:ff9b:1::7f00:1",
    "fec0::1",  # site-local (RFC 3879)
    "::127.0.0.1",  # IPv4-compatible (RFC 4291, 2.5.5.1)
    "::169.254.169.254",
    "::ffff:0:127.0.0.1",  # IPv4-translated (RFC 2765)
    "3fff::1",  # documentation (RFC 9637)
    "5f00::1",  # segment routing (RFC 9602)
]

public_ipv4 = st.ip_addresses(v=4).filter(lambda it: it.is_global and not it.is_multicast)


@pytest.mark.parametrize(("address", "local"), [(address, local) for address, local, _ in ADDRESSES])
def test_local_guard_knows_every_notation(address: str, local: bool) -> None:  # noqa: FBT001
    assert LocalGuard().allows(ipaddress.ip_address(address)) is local


@pytest.mark.parametrize(("address", "public"), [(address, public) for address, _, public in ADDRESSES])
def test_public_guard_knows_every_notation(address: str, public: bool) -> None:  # noqa: FBT001
    assert PublicGuard().allows(ipaddress.ip_address(address)) is public


@pytest.mark.parametrize("address", DISGUISED)
def test_public_guard_refuses_disguised_addresses(address: str) -> None:
    assert not PublicGuard().allows(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["64:ff9b:1::a9fe:a9fe", "::169.254.169.254", "::ffff:0:169.254.169.254"])
def test_local_guard_refuses_disguised_link_local(address: str) -> None:
    assert not LocalGuard().allows(ipaddress.ip_address(address))


WRAPPINGS = {
    "mapped": lambda plain: 0xFFFF_0000_0000 | plain,
    "6to4": lambda plain: (0x2002 << 112) | (plain << 80),
    "6to4 with a host": lambda plain: (0x2002 << 112) | (plain << 80) | 1,
    "nat64": lambda plain: (0x64_FF9B << 96) | plain,
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@given(plain=st.ip_addresses(v=4))
def test_guards_judge_a_wrapped_address_by_what_it_wraps(wrapping: str, plain: ipaddress.IPv4Address) -> None:
    wrapped = ipaddress.IPv6Address(WRAPPINGS[wrapping](int(plain)))
    for guard in (LocalGuard(), PublicGuard()):
        assert guard.allows(wrapped) == guard.allows(plain)


@given(address=public_ipv4)
def test_public_guard_allows_public_addresses(address: ipaddress.IPv4Address) -> None:
    assert PublicGuard().allows(address)


def test_public_guard_allows_named_networks() -> None:
    guard = PublicGuard((ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd00::/16")))
    allowed = ["10.1.2.3", "::ffff:10.1.2.3", "fd00::7"]
    refused = ["10.2.0.1", "127.0.0.1", "fd01::7", "169.254.169.254"]
    assert [guard.allows(ipaddress.ip_address(it)) for it in allowed + refused] == [True] * 3 + [False] * 4


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_loopback_guard_allows_loopback(address: str) -> None:
    assert LoopbackGuard().allows(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "10.0.0.1", "0.1.2.3", "::", "fe80::1", "::ffff:10.0.0.1", "2606::1"])
def test_loopback_guard_refuses_everything_else(address: str) -> None:
    assert not LoopbackGuard().allows(ipaddress.ip_address(address))


@pytest.mark.parametrize(("name", "may"), [("localhost", True), ("LOCALHOST", True), ("example.com", False)])
def test_loopback_guard_looks_up_nothing_but_localhost(name: str, may: bool) -> None:  # noqa: FBT001 - a table
    assert LoopbackGuard().looks_up(name) == may
