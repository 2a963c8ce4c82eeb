"""Decides which addresses the server may connect to.

A server that posts to any URL it is given can be used to reach what only the server can reach. On a developer's
machine that is the point (the receiver is on loopback); on a shared machine it is a hole. Hence several policies.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_DOCUMENTATION = ipaddress.IPv6Network("3fff::/20")  # newer than the standard library's tables


class Guard(Protocol):
    """Asked once per connection, with the very address that is connected to."""

    def looks_up(self, name: str) -> bool:
        """Whether the server may ask for the addresses of `name`."""

    def allows(self, address: Address) -> bool:
        """Whether the server may connect to `address`."""


class LocalGuard:
    """For a server that serves its own machine: loopback and private networks are open."""

    def looks_up(self, name: str) -> bool:  # noqa: ARG002 - the protocol's signature
        """Any name."""
        return True

    def allows(self, address: Address) -> bool:
        """Everything but link-local (cloud metadata lives there), multicast and reserved addresses."""
        plain = _unwrap(address)
        return not (plain.is_link_local or plain.is_multicast or (plain.is_reserved and not plain.is_loopback))


@dataclass(frozen=True, slots=True)
class PublicGuard:
    """For a shared server: public addresses, and the networks that its operator names."""

    allowed: Sequence[Network] = ()

    def looks_up(self, name: str) -> bool:  # noqa: ARG002 - the protocol's signature
        """Any name."""
        return True

    def allows(self, address: Address) -> bool:
        """Only what is globally routable, or lies in a named network."""
        plain = _unwrap(address)
        if any(plain in network for network in self.allowed):
            return True
        if isinstance(plain, ipaddress.IPv6Address) and (plain not in _GLOBAL_UNICAST or plain in _DOCUMENTATION):
            return False
        return plain.is_global and not plain.is_multicast


class LoopbackGuard:
    """For tests: nothing leaves this machine, not even the question where a name leads."""

    def looks_up(self, name: str) -> bool:
        """`localhost` alone."""
        return name.lower() == "localhost"

    def allows(self, address: Address) -> bool:
        """Loopback alone."""
        return _unwrap(address).is_loopback


def _unwrap(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, if it does: no policy may be dodged by another notation."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address
