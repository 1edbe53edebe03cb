# SPDX-License-Identifier: Apache-2.0
"""Ending: a second signal in the middle of the first must not hang what is to end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

ENDS = """
import signal, sys, time
from krama.cli.supervise import stop_on_signals
stop = stop_on_signals()
print("ready", flush=True)
while not stop.wait(0.001):
    pass
"""
# What it replaced: an event. A signal that arrives while `wait` holds its lock waits for that lock for ever.
# The handler shuts out the next signal first: else, on a loaded machine, each goes a call deeper until Python ends.
HANGS = """
import signal, threading, time
stop = threading.Event()
def heard(*_):
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    stop.set()
signal.signal(signal.SIGTERM, heard)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
with stop._cond:
    print("ready", flush=True)
    while not stop.is_set():
        time.sleep(0.001)
"""


def ended_under_a_hail_of_signals(script: str) -> bool:
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    until = time.monotonic() + 2
    while process.poll() is None and time.monotonic() < until:
        for number in (signal.SIGINT, signal.SIGTERM):
            process.send_signal(number)
        time.sleep(0.0005)
    ended = process.poll() is not None
    process.kill()
    process.wait()
    process.stdout.close()
    return ended


def test_a_hail_of_signals_ends_it() -> None:
    assert all(ended_under_a_hail_of_signals(ENDS) for _ in range(5))


def test_an_event_set_by_a_handler_is_seen_to_hang() -> None:
    assert not ended_under_a_hail_of_signals(HANGS)
