# SPDX-License-Identifier: Apache-2.0
"""What of an address a list may know: its host and the hosts above it, with its path and the paths above it.

As Safe Browsing v4 publishes it (urls-hashing#suffixprefix-expressions): at most five hosts and six paths; the SHA-256
of each is looked for. A list holds only hashes, so no address stands in Krama; a short one can still be guessed from
its hash, and lists of addresses are as secret as the others.
"""

from __future__ import annotations

import hashlib
import re

from krama.errors import BadInput, BadSignal
from krama.signals.types import SignalType, parse_value
from krama.text.address import Address, parse_address

MOST_HOSTS = 5  # the whole one, and four from its last five names
MOST_FOLDERS = 4
HASHED = re.compile(r"[0-9a-fA-F]{64}")


def expressions(address: Address) -> list[str]:
    """Every expression under which a list may know this address, the most exact one first; at most thirty."""
    return [host + path for host in _hosts(address) for path in _paths(address)]


def hash_of(expression: str) -> str:
    """The value that a list of addresses holds: SHA-256 of an expression, in lower hex."""
    return hashlib.sha256(expression.encode()).hexdigest()


def address_hashes(text: str) -> list[str]:
    """What to look for in lists of addresses; `BadInput` where the address names no host."""
    return [hash_of(one) for one in expressions(parse_address(text))]


def listed_value(type: SignalType, text: str) -> str:
    """A value as a list gives it: of `url` an address or the hash of its expression, of other types hex digits."""
    if type is not SignalType.URL or HASHED.fullmatch(text.strip()):
        return parse_value(type, text)
    try:
        return address_hashes(text)[0]
    except BadInput as error:
        raise BadSignal(f"url: {error.detail}") from error


def _hosts(address: Address) -> list[str]:
    names = address.host.split(".")
    if address.is_number:
        return [address.host]
    longest = min(len(names) - 1, MOST_HOSTS)
    above = [".".join(names[-count:]) for count in range(longest, 1, -1)]
    return [address.host, *above][:MOST_HOSTS]


def _paths(address: Address) -> list[str]:
    paths = [address.path] if address.query is None else [f"{address.path}?{address.query}", address.path]
    folders = address.path.split("/")[1:-1]
    above = ["/" + "".join(f"{name}/" for name in folders[:count]) for count in range(MOST_FOLDERS)]
    return list(dict.fromkeys([*paths, *above]))
