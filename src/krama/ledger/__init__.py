# SPDX-License-Identifier: Apache-2.0
"""Can it be trusted? The Merkle tree under the trail, signed checkpoints, tiles, proofs, and offline verification."""

from krama.ledger.bundle import Bundle, Head, Line, read_bundle, write_bundle
from krama.ledger.checkpoint import Checkpoint, open_checkpoint
from krama.ledger.note import PublicKey, SigningKey, open_note
from krama.ledger.proof_file import Proved, check_proof, write_proof
from krama.ledger.proofs import consistency_proof, inclusion_proof, is_consistent, root_by_inclusion
from krama.ledger.tiles import leaves_of, tile_path, tiles_between
from krama.ledger.tree import Frontier, leaf_hash, root_of
from krama.ledger.verify import Finding, verify_bundle

__all__ = [
    "Bundle",
    "Checkpoint",
    "Finding",
    "Frontier",
    "Head",
    "Line",
    "Proved",
    "PublicKey",
    "SigningKey",
    "check_proof",
    "consistency_proof",
    "inclusion_proof",
    "is_consistent",
    "leaf_hash",
    "leaves_of",
    "open_checkpoint",
    "open_note",
    "read_bundle",
    "root_by_inclusion",
    "root_of",
    "tile_path",
    "tiles_between",
    "verify_bundle",
    "write_bundle",
    "write_proof",
]
