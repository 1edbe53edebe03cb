# SPDX-License-Identifier: Apache-2.0
"""One HTTP call, bounded in time whatever the other side does; an error names its kind alone, never the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from krama.errors import Refused
from krama.server.callout.channels.said import NotCalled, of_status
from krama.server.measures.networks import Network, networks

SECONDS = 8.0  # of silence; the guard ends the whole call after twenty
MOST = 65_536  # bytes of an answer
# Where the address stands in the settings, whoever sets them may name any machine of theirs.
ANYWHERE = tuple(networks(("0.0.0.0/0", "::/0")))


@dataclass(frozen=True)
class Answer:
    status: int
    retry_after: str
    body: bytes


def ask(
    method: str,
    url: str,
    *,
    allowed: Sequence[Network] = ANYWHERE,
    loopback: bool = True,
    wants_body: bool = False,
    **sent: Any,
) -> Answer:
    """What came back; `NotCalled` when nothing whole did."""
    import httpx2  # an HTTP client is loaded by whoever calls, not by each command

    from krama.server.measures.guard import guarded_client

    try:
        with (
            guarded_client(allowed, loopback=loopback, timeout=SECONDS) as client,
            client.stream(method, url, **sent) as answer,
        ):
            body = _read(answer) if wants_body else b""
            return Answer(answer.status_code, answer.headers.get("Retry-After", ""), body)
    except Refused as problem:
        raise NotCalled(problem.code, again=not problem.permanent) from problem
    except (httpx2.HTTPError, httpx2.InvalidURL) as problem:
        raise NotCalled(type(problem).__name__) from None  # what httpx says may hold the address


def check(answer: Answer) -> None:
    if (problem := of_status(answer.status, answer.retry_after)) is not None:
        raise problem


def _read(answer: Any) -> bytes:
    body = b""
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > MOST:
            raise NotCalled("an answer without end")
    return body
