# SPDX-License-Identifier: Apache-2.0
"""Tests reach no network: seen red without the marker, and with it only this machine answers."""

from __future__ import annotations

import socket

import pytest
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

OUTSIDE = ("192.0.2.1", 80)  # RFC 5737: an address that is nobody's


@pytest.mark.filterwarnings("ignore:A test tried")
def test_a_test_has_no_sockets() -> None:
    with pytest.raises(SocketBlockedError):
        socket.create_connection(OUTSIDE, timeout=0.1)


@pytest.mark.loopback
@pytest.mark.filterwarnings("ignore:A test tried")
def test_loopback_is_this_machine_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection(OUTSIDE, timeout=0.1)
