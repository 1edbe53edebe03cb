# SPDX-License-Identifier: Apache-2.0
"""The peer's side of `make bench-scan`, run by the peer's own Python (build/peer): it knows nothing of Krama.

Told a file of hashes to index, then the path of a JPEG a line; it answers with the seconds of processor time that
hashing and looking up took, and the hash. One OpenMP thread, as HMA runs best (its default of as many as cores is up
to six times slower).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path


def main() -> None:
    """Build the index, say so, and answer lines until there are none."""
    from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex

    hashes = Path(sys.argv[1]).read_text().split()
    index = PDQIndex.build([(one, number) for number, one in enumerate(hashes)])
    print("ready", flush=True)
    for line in sys.stdin:
        data = Path(line.strip()).read_bytes()
        begun = time.process_time()
        found, quality = pdq_from_bytes(data)
        hashed = time.process_time()
        matches = index.query(found)
        ended = time.process_time()
        print(ended - begun, hashed - begun, found, quality, len(matches), flush=True)


if __name__ == "__main__":
    main()
