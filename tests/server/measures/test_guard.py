# SPDX-License-Identifier: Apache-2.0
"""The outgoing guard: what Krama may call, and that it sits where every connection must pass."""

from __future__ import annotations

import socket
from typing import Any

import httpcore2
import httpx2
import pytest

from krama.errors import BadInput, Refused
from krama.server.measures.guard import GuardedBackend, Unreachable, allows, guarded_client, resolve
from krama.server.measures.networks import networks

pytestmark = pytest.mark.loopback
PRIVATE = ("10.0.0.0/8", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fd00::/8", "fe80::/10")


@pytest.mark.parametrize(
    ("address", "plain", "listed"),
    [
        ("93.184.215.14", True, True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True, True),
        ("127.0.0.1", False, False),
        ("127.9.9.9", False, False),
        ("::1", False, False),
        ("::ffff:127.0.0.1", False, False),
        ("::ffff:10.1.2.3", False, True),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("10.1.2.3", False, True),
        ("192.168.1.1", False, True),
        ("172.16.0.1", False, False),
        ("100.64.0.1", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("fd12::1", False, True),
        ("224.0.0.1", False, False),
        ("ff02::1", False, False),
        ("255.255.255.255", False, False),
        ("198.51.100.1", False, False),
    ],
)
def test_which_addresses_are_called(address: str, plain: bool, listed: bool) -> None:
    """`listed`: with an administrator's list of private networks, the metadata services' among them."""
    assert allows(address, [], loopback=False) is plain
    assert allows(address, networks(PRIVATE), loopback=False) is listed


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_open_in_a_demo_home_alone(address: str) -> None:
    assert allows(address, [], loopback=True)
    assert not allows(address, networks(["127.0.0.0/8", "::1/128"]), loopback=False)


def test_a_demo_home_opens_nothing_else() -> None:
    assert not allows("10.1.2.3", [], loopback=True)
    assert not allows("169.254.169.254", [], loopback=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "localhost", "0", "::1"])
def test_however_loopback_is_written_it_is_refused(host: str) -> None:
    with pytest.raises(Refused, match="not a public address"):
        resolve(host, 443, [], loopback=False)


def test_a_host_of_which_one_address_is_private_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the second try would reach it."""
    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.215.14", "10.0.0.5"))
    with pytest.raises(Refused, match=r"10\.0\.0\.5"):
        resolve("app.example.org", 443, [], loopback=False)


def test_a_host_without_an_address_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_args: object, **_kwargs: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    with pytest.raises(Unreachable) as caught:
        resolve("app.example.org", 443, [], loopback=False)
    assert not caught.value.permanent


def test_the_address_that_was_checked_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look-up could answer otherwise (rebinding): there is none."""
    asked, called = [], []

    def once(host: str, *_args: object, **_kwargs: object) -> Any:
        asked.append(host)
        return answers("93.184.215.14" if len(asked) == 1 else "127.0.0.1")()

    def connect(_self: object, host: str, port: int, *_args: object, **_kwargs: object) -> Any:
        called.append((host, port))
        raise httpcore2.ConnectError

    monkeypatch.setattr(socket, "getaddrinfo", once)
    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)
    with guarded_client([], loopback=False) as client, pytest.raises(httpx2.ConnectError):
        client.get("https://app.example.org/hook")
    assert (asked, called) == (["app.example.org"], [("93.184.215.14", 443)])


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://169.254.169.254/latest", "http://[::ffff:7f00:1]/"])
def test_the_guard_sits_where_each_connection_passes(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """It is put on a private attribute of httpx2: when that moves, a connection is begun and this test fails."""

    def connect(*_args: object, **_kwargs: object) -> Any:
        raise AssertionError("a connection to a forbidden address was begun")

    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with guarded_client([], loopback=False) as client, pytest.raises(Refused):
        client.post(url, content=b"{}")


def test_without_the_guard_the_same_request_begins_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the library's own backend in the guard's place."""
    begun = []

    def connect(_self: object, host: str, *_args: object, **_kwargs: object) -> Any:
        begun.append(host)
        raise httpcore2.ConnectError

    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)
    with guarded_client([], loopback=False) as client:
        client._transport._pool._network_backend = httpcore2.SyncBackend()  # type: ignore[attr-defined]
        with pytest.raises(httpx2.ConnectError):
            client.post("http://127.0.0.1:1/", content=b"{}")
    assert begun == ["127.0.0.1"]


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with guarded_client([], loopback=False) as client:
        assert not client._mounts
        assert client.follow_redirects is False


def test_local_sockets_are_refused() -> None:
    with pytest.raises(Refused):
        GuardedBackend([], loopback=True).connect_unix_socket("/run/docker.sock")


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(BadInput, match=r"10\.0\.0\.0/33"):
        networks(["10.0.0.0/33"])


def answers(*addresses: str) -> Any:
    def lookup(*_args: object, **_kwargs: object) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    return lookup
