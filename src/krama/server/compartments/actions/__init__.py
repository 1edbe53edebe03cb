# SPDX-License-Identifier: Apache-2.0
"""Writing compartments, a file a concern."""

from krama.server.compartments.actions.make import make, reseal, start_clock, stop_clock

__all__ = ["make", "reseal", "start_clock", "stop_clock"]
