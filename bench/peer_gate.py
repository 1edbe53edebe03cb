# SPDX-License-Identifier: Apache-2.0
"""The peer's side of `make bench-gate`: what HMA does at `POST /m/lookup` and `GET /m/raw_lookup`, and nothing else.

A Flask application over Meta's own hasher and index (threatexchange, pdqhash, faiss-cpu), as HMA is built, run by
gunicorn from build/peer: it knows nothing of Krama. HMA itself also asks PostgreSQL at each call, sums MD5 and weighs
banks; this does not, so it is faster than HMA. PEER_HASHES names a file of hashes, 32 bytes each; the index is made
once, before the workers are forked.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import faiss
from flask import Flask, jsonify, request
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes
from threatexchange.signal_type.pdq.pdq_index import PDQIndex
from threatexchange.signal_type.pdq.signal import PdqSignal

LEAST_QUALITY = 50  # HMA: a flatter picture has no hash
faiss.omp_set_num_threads(1)


def _index() -> Any:
    octets = Path(os.environ["PEER_HASHES"]).read_bytes()
    values = [octets[at : at + 32].hex() for at in range(0, len(octets), 32)]
    return PDQIndex.build((value, at) for at, value in enumerate(values))


app = Flask(__name__)
index = _index()


def status() -> str:
    """Ready: the index stands."""
    return "I-AM-ALIVE"


def lookup() -> Any:
    """A photo: hashed, looked up."""
    (given,) = request.files.values()
    value, quality = pdq_from_bytes(given.stream.read())
    found = [] if quality < LEAST_QUALITY else _found(value)
    return jsonify({"pdq": value if quality >= LEAST_QUALITY else "", "matches": found})


def raw_lookup() -> Any:
    """A hash: looked up."""
    return jsonify({"matches": _found(PdqSignal.validate_signal_str(request.args["signal"]))})


def _found(value: str) -> list[dict[str, Any]]:
    hits = index.query(value)
    return [{"bank_content_id": hit.metadata, "distance": hit.similarity_info.pretty_str()} for hit in hits]


app.add_url_rule("/status", view_func=status)
app.add_url_rule("/m/lookup", view_func=lookup, methods=["POST"])
app.add_url_rule("/m/raw_lookup", view_func=raw_lookup)
