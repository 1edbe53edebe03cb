# SPDX-License-Identifier: Apache-2.0
"""A client as firms wrote them for HMA: hash, look up, raw look up, compare. It knows nothing of Krama.

Written against what HMA 1.1.7 answers on the wire: paths, parameters, and the shapes that such clients take apart.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any


class ClientError(Exception):
    """HMA said no: its status and its `message`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(frozen=True)
class Match:
    bank_content_id: int
    distance: int | None


@dataclass(frozen=True)
class HmaClient:
    """`api_key` goes as `Authorization: Bearer`, as hma-matrix sends it."""

    base: str
    api_key: str = ""

    def alive(self) -> bool:
        return self._call("GET", "/status") == b"I-AM-ALIVE"

    def hash_file(self, data: bytes, content_type: str = "photo", types: str = "") -> dict[str, str]:
        query = {"types": types} if types else {}
        found = json.loads(self._upload("/h/hash", data, content_type, query))
        return {str(kind): str(value) for kind, value in found.items()}

    def raw_lookup(self, signal: str, kind: str = "pdq", *, banks: str = "") -> list[Match]:
        query = {"signal": signal, "signal_type": kind, "include_distance": "true"} | (
            {"banks": banks} if banks else {}
        )
        said = json.loads(self._call("GET", "/m/raw_lookup", query))
        return [self._match(one) for one in said["matches"]]

    def raw_ids(self, signal: str) -> list[int]:
        said = json.loads(self._call("GET", "/m/raw_lookup", {"signal": signal, "signal_type": "pdq"}))
        return [int(one) for one in said["matches"]]

    def lookup(self, signal: str, kind: str = "pdq") -> dict[str, list[Match]]:
        said = json.loads(self._call("GET", "/m/lookup", {"signal": signal, "signal_type": kind, "seed": "2"}))
        return {bank: [self._match(one) for one in found] for bank, found in said.items()}

    def lookup_file(self, data: bytes, content_type: str = "photo") -> dict[str, dict[str, list[Match]]]:
        said = json.loads(self._upload("/m/lookup", data, content_type, {"bypass_coinflip": "true"}))
        return {
            kind: {bank: [self._match(one) for one in found] for bank, found in banks.items()}
            for kind, banks in said.items()
        }

    def compare(self, one: str, other: str) -> tuple[bool, int]:
        body = json.dumps({"pdq": [one, other]}).encode()
        said = json.loads(self._call("POST", "/m/compare", {}, body, "application/json"))
        return bool(said["pdq"][0]), int(said["pdq"][1]["distance"])

    def index_size(self, kind: str) -> int:
        said = json.loads(self._call("GET", "/m/index/status", {"signal_type": kind}))
        assert said[kind]["present"]
        return int(said[kind]["size"])

    def banks(self) -> list[str]:
        return [str(bank["name"]) for bank in json.loads(self._call("GET", "/c/banks"))]

    @staticmethod
    def _match(said: Any) -> Match:
        distance = said["distance"]
        assert isinstance(distance, str)
        return Match(int(said["bank_content_id"]), None if distance == "-" else int(distance))

    def _upload(self, path: str, data: bytes, content_type: str, query: dict[str, str]) -> bytes:
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{content_type}"; filename="file"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        return self._call("POST", path, query, body, f"multipart/form-data; boundary={boundary}")

    def _call(
        self, method: str, path: str, query: dict[str, str] | None = None, body: bytes | None = None, media: str = ""
    ) -> bytes:
        url = f"{self.base}{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        headers = {"Content-Type": media} if media else {}
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        request = urllib.request.Request(url, data=body, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                taken: bytes = answer.read()
        except urllib.error.HTTPError as problem:
            said = json.loads(problem.read())
            raise ClientError(
                problem.code, str(said.get("message", said)) if isinstance(said, dict) else ""
            ) from problem
        return taken
