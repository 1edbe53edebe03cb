# SPDX-License-Identifier: Apache-2.0
"""Reading cases: of what the reader may see, and of nothing else."""
