# SPDX-License-Identifier: Apache-2.0
"""The outgoing guard: Krama calls public addresses, and private ones only where an administrator listed them.

The address that was checked is the address that is called (no second look-up, so no rebinding), and no
redirect is followed. Loopback is open in a demo home alone.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Sequence
from typing import Any

import httpcore2
import httpx2

from krama.errors import Refused
from krama.server.measures.networks import Network

WHOLE_CALL = 20.0  # seconds for one delivery from connecting on: well under a task's lease
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


# Forms that carry another address inside (RFC 4291, 6052, 3056, 3068, 3879): they reach what they do not show.
DISGUISES = [
    ipaddress.ip_network(form)
    for form in (
        "::/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "fec0::/10",
        "192.88.99.0/24",
    )
]


class Unreachable(Refused):
    """The firm's system did not answer; Krama tries again by its schedule."""

    code = "unreachable"
    permanent = False


def allows(address: str, allowed: Sequence[Network], *, loopback: bool) -> bool:
    """May Krama call this address?"""
    parsed: Address = ipaddress.ip_address(address)
    mapped = getattr(parsed, "ipv4_mapped", None)
    parsed = mapped or parsed
    if parsed.is_loopback:
        return loopback
    if any(parsed in network for network in DISGUISES):
        return False
    if parsed.is_multicast or parsed.is_unspecified or parsed.is_link_local:
        return False  # link-local holds the clouds' metadata services
    return parsed.is_global or any(parsed in network for network in allowed)


def resolve(host: str, port: int, allowed: Sequence[Network], *, loopback: bool) -> str:
    """The first address of this host that may be called; `Refused` when one of them may not."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError as problem:
        raise Unreachable(f"{host} has no address.") from problem
    forbidden = sorted(address for address in found if not allows(address, allowed, loopback=loopback))
    if forbidden:
        raise Refused(
            f"{host} is at {forbidden[0]}, which is not a public address. An administrator may list its network "
            "with `krama webhooks add --allow`; loopback is open in a demo home only."
        )
    return sorted(found, key=lambda address: ":" in address)[0]


class InTime(httpcore2.NetworkStream):
    """A connection whose every wait ends with the call's deadline: a receiver that drips must not hold the job loop."""

    def __init__(self, stream: httpcore2.NetworkStream, until: float) -> None:
        self.stream, self.until = stream, until

    def _left(self, timeout: float | None) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the call took too long")
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(self, *args: Any, **kwargs: Any) -> httpcore2.NetworkStream:
        return InTime(self.stream.start_tls(*args, **kwargs), self.until)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


class GuardedBackend(httpcore2.SyncBackend):
    """Connects only to an address that was just checked."""

    def __init__(self, allowed: Sequence[Network], *, loopback: bool) -> None:
        super().__init__()
        self.allowed, self.loopback = allowed, loopback

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore2.NetworkStream:
        address = resolve(host, port, self.allowed, loopback=self.loopback)
        return InTime(super().connect_tcp(address, port, *args, **kwargs), time.monotonic() + WHOLE_CALL)

    def connect_unix_socket(self, path: str, *args: Any, **kwargs: Any) -> httpcore2.NetworkStream:
        raise Refused("Krama calls no local sockets.")


def guarded_client(allowed: Sequence[Network], *, loopback: bool, timeout: float = 15.0) -> httpx2.Client:
    """An HTTP client behind the guard: no redirects, no proxies from the environment."""
    transport = httpx2.HTTPTransport()
    # A private attribute: httpx2 is pinned, and tests/server/measures/test_guard.py fails when it moves.
    transport._pool._network_backend = GuardedBackend(allowed, loopback=loopback)
    return httpx2.Client(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)
