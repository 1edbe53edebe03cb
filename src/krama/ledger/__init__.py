# SPDX-License-Identifier: Apache-2.0
"""Can it be trusted? The Merkle tree under the trail; checkpoints and offline proofs come later."""

from krama.ledger.tree import Frontier, leaf_hash, root_of

__all__ = ["Frontier", "leaf_hash", "root_of"]
