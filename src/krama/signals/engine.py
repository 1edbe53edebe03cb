# SPDX-License-Identifier: Apache-2.0
"""When the compiled kernels are worth their loading: a third of a second from numba's cache, some seconds without it.

Until NumPy has cost that much, NumPy searches; so one file is scanned at once, and a server is fast for good.
Where numba is not installed NumPy goes on: slower, and just as exact.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

PATIENCE = 0.4  # seconds of searching by NumPy before the kernels are loaded

_lock = threading.Lock()
_spent = 0.0
_kernels: ModuleType | None = None
_missing = False


def kernels() -> ModuleType | None:
    """The compiled kernels once they are worth it, else None."""
    return _kernels or (load() if _spent > PATIENCE and not _missing else None)


def load() -> ModuleType | None:
    """The compiled kernels now, compiled for this processor where no cache holds them; None without numba."""
    global _kernels, _missing
    with _lock:
        if _kernels is None and not _missing:
            try:
                from krama.signals import kernels as module
            except ImportError:
                _missing = True
            else:
                _warm(module)
                _kernels = module
    return _kernels


def entry(kernel: Any) -> Callable[..., Any]:
    """A kernel's compiled code itself, for the kind of arrays that `_warm` gave it: contiguous, or they are misread.

    numba's dispatcher looks at the kind of each array first, which takes as long as a search of a small list.
    """
    found: Callable[..., Any] = next(iter(kernel.overloads.values())).entry_point  # the first is `_warm`'s
    return found


@contextmanager
def by_numpy() -> Iterator[None]:
    """What is done inside counts as spent without the kernels."""
    global _spent
    begun = time.perf_counter()
    try:
        yield
    finally:
        _spent += time.perf_counter() - begun


def _warm(module: ModuleType) -> None:
    """Call each kernel once with the very types it is called with later, so that no search waits for a compiler."""
    words, ids = np.zeros(2, np.uint64), np.zeros(1, np.uint32)
    buckets, plan, radius = np.zeros(5, np.uint32), np.zeros((0, 11), np.int64), np.uint64(0)
    marks = np.zeros(1, np.uint16)
    for array in (words, ids, buckets, marks):
        array.flags.writeable = False
    query, masks, out = np.zeros(4, np.uint64), np.zeros(1, np.uint32), np.zeros((1, 4), np.uint64)
    module.near(query, words, words, buckets, ids, marks, plan, masks, radius, 1, out[0])
    module.brute(query, words, words, radius, out[0])
    module.near_many(
        query.reshape(1, 4), words, words, buckets, ids, marks, plan, masks, radius, 1, np.zeros(1, np.int64), out
    )
    filled = np.zeros(5, np.uint32), np.zeros(1, np.uint32), np.zeros(1, np.uint16), np.zeros(1, np.uint64)
    module.fill_table(words, words, 0, 2, 2, *filled)
