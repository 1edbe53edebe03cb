# SPDX-License-Identifier: Apache-2.0
"""Networks as an administrator lists them. Apart from the guard: writing them down calls nobody."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from krama.errors import BadInput

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(listed: Iterable[str]) -> list[Network]:
    """`BadInput` names the entry that is not a network."""
    try:
        return [ipaddress.ip_network(entry, strict=False) for entry in listed]
    except ValueError as problem:
        raise BadInput(f"{problem}; write a network such as 10.1.2.0/24.", field="allowed") from problem
