# SPDX-License-Identifier: Apache-2.0
"""What is known already: hash lists, the exact index over them, snapshots on disk, CSV in and out."""

from __future__ import annotations

from krama.signals.address import address_hashes, expressions, hash_of, listed_value
from krama.signals.changes import fits, publish_changes, write_changes
from krama.signals.csv_file import BadCsv, BadLine, CsvOutcome, read_csv, write_csv
from krama.signals.folder import current_version, make_current
from krama.signals.forms import read_signals
from krama.signals.index import LEAST_QUALITY, Hit, Index
from krama.signals.snapshot import (
    Snapshot,
    SnapshotInfo,
    check_snapshot,
    open_snapshot,
    open_whole,
    publish_snapshot,
    versions,
    write_snapshot,
)
from krama.signals.types import (
    PDQ_RADIUS,
    Action,
    Category,
    HashList,
    SeverityCode,
    Signal,
    SignalType,
    parse_category,
    parse_type,
    parse_value,
)
from krama.signals.watch import WatchedSnapshots

__all__ = [
    "LEAST_QUALITY",
    "PDQ_RADIUS",
    "Action",
    "BadCsv",
    "BadLine",
    "Category",
    "CsvOutcome",
    "HashList",
    "Hit",
    "Index",
    "SeverityCode",
    "Signal",
    "SignalType",
    "Snapshot",
    "SnapshotInfo",
    "WatchedSnapshots",
    "address_hashes",
    "check_snapshot",
    "current_version",
    "expressions",
    "fits",
    "hash_of",
    "listed_value",
    "make_current",
    "open_snapshot",
    "open_whole",
    "parse_category",
    "parse_type",
    "parse_value",
    "publish_changes",
    "publish_snapshot",
    "read_csv",
    "read_signals",
    "versions",
    "write_changes",
    "write_csv",
    "write_snapshot",
]
