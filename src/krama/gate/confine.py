# SPDX-License-Identifier: Apache-2.0
"""What a process that decodes may still do, once it has its libraries: compute, and read and write the pipes it has.

Enforced by the kernel for whoever takes the process over, too: no new file and no socket (RLIMIT_NOFILE: every open
needs a number, and none is left), nothing longer than zero written to a file, no core, memory, and no new rights.
Cut off where the kernel lets us: the network, by a namespace without any. Not enforced: which system calls it makes,
and signals to processes of the same user.
"""

from __future__ import annotations

import ctypes
import resource
import sys

PIPES = 3  # standard input, output and error: what stays open
NEW_USER, NEW_NET, NEW_IPC = 0x10000000, 0x40000000, 0x08000000  # unshare(2)
NO_NEW_RIGHTS, DUMPABLE = 38, 4  # prctl(2)


def confine(memory: int) -> dict[str, bool]:
    """Take away what decoding does not need; `memory` is bytes of address space. Says what holds."""
    holds = {"network apart": sys.platform == "linux" and _alone()}
    for what, most in (
        ("memory", (resource.RLIMIT_AS, memory)),
        ("core", (resource.RLIMIT_CORE, 0)),
        ("writing", (resource.RLIMIT_FSIZE, 0)),
        ("files and sockets", (resource.RLIMIT_NOFILE, PIPES)),
    ):
        holds[what] = _limit(*most)
    return holds


def allow_seconds(seconds: int) -> None:
    """Let this process compute for so long from now; past it the kernel ends it (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


def _limit(kind: int, most: int) -> bool:
    try:
        resource.setrlimit(kind, (most, most))
    except (ValueError, OSError):
        return False
    return True


def _alone() -> bool:
    """A network namespace with nothing in it (user_namespaces(7)); some systems do not let a plain user have one."""
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(NO_NEW_RIGHTS, 1, 0, 0, 0)
    system.prctl(DUMPABLE, 0, 0, 0, 0)
    return bool(system.unshare(NEW_USER | NEW_NET | NEW_IPC) == 0)
