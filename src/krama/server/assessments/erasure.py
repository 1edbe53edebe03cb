# SPDX-License-Identifier: Apache-2.0
"""What becomes of assessments: the firm's duties under the guidelines; children's data has no place there."""

from __future__ import annotations

from krama.server.compartments.registry import Fate, What, declare

declare(
    {
        "assessments.FirmProfile": Fate(What.KEPT, "What the firm is."),
        "assessments.LoadedCatalogue": Fate(What.KEPT, "A catalogue of requirements."),
        "assessments.Answer": Fate(What.KEPT, "What staff wrote of the firm's own work."),
        "assessments.Saying": Fate(What.KEPT, "Every version of such an answer."),
        "assessments.GivenProof": Fate(What.KEPT, "Where the firm's document lies, and its hash; not the document."),
        "assessments.Edition": Fate(What.KEPT, "An assessment as it stood; its hash is in the trail."),
        "assessments.Paper": Fate(What.KEPT, "The firm's policy, in both languages."),
        "assessments.Signature": Fate(What.KEPT, "Which staff signed."),
        "assessments.PlanTask": Fate(What.KEPT, "What staff have still to do."),
        "assessments.UnitRecord": Fate(What.KEPT, "A training or a drill: how many took part."),
        "assessments.ProofState": Fate(What.KEPT, "Figures of the running system."),
        "assessments.ProofChange": Fate(What.KEPT, "When a proof turned."),
        "assessments.ProofDay": Fate(What.EXPIRES, "Counts of a day; go after ninety."),
    }
)
