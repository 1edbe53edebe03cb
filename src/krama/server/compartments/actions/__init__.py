# SPDX-License-Identifier: Apache-2.0
"""Writing compartments, a file a concern."""

from krama.server.compartments.actions.make import make, make_many, reseal, start_clock, stop_clock

__all__ = ["make", "make_many", "reseal", "start_clock", "stop_clock"]
