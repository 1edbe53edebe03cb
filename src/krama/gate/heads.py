# SPDX-License-Identifier: Apache-2.0
"""HTTP as it comes over the wire, read by httptools: fast, and with a bound on what is no body.

httptools takes a request's line, headers and trailers however long they are, from anybody; so they are counted here.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST = 64 << 10  # bytes of a request's line and headers


class Bounded(HttpToolsProtocol):
    """One connection."""

    _pending = 0  # bytes of a head, or of trailers, that has not ended

    def data_received(self, data: bytes) -> None:
        """Some bytes; 400, and hung up, where a head does not end."""
        self._pending += len(data)
        super().data_received(data)
        if self._pending > LONGEST and not self.transport.is_closing():
            self.send_400_response("The headers of this request are too long.")

    def on_headers_complete(self) -> None:
        """A head has ended."""
        self._pending = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A body's length the gate looks at itself."""
        self._pending = 0
        super().on_body(body)
