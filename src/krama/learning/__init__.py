# SPDX-License-Identifier: Apache-2.0
"""What do children, parents and teachers read? Short texts in Khmer and English, each with who reviewed it and when."""

from __future__ import annotations

from krama.learning.answers import Answer, answers, peer_sayings
from krama.learning.load import Lesson, Line, lesson, lessons, load_lesson

__all__ = ["Answer", "Lesson", "Line", "answers", "lesson", "lessons", "load_lesson", "peer_sayings"]
