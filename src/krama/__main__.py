# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from krama.cli import main

main(prog_name="krama")
