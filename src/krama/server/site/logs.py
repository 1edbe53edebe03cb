# SPDX-License-Identifier: Apache-2.0
"""Logs: only keys from an allow-list are printed, so nothing personal gets in by accident."""

from __future__ import annotations

import logging
import logging.config
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "status",
        "method",
        "route",
        "kind",
        "attempt",
        "seconds",
        "error",
        "code",
    }
    | {"version", "count", "process", "delay", "task", "where"}
)


def keep_allowed(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list; a log line is about the machine, never about a person."""
    return {key: value for key, value in event.items() if key in ALLOWED}


def set_up() -> None:
    """JSON lines on standard error. Django's request lines hold paths, so they are left out."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"console": {"class": "logging.StreamHandler"}},
            "root": {"handlers": ["console"], "level": "WARNING"},
            "loggers": {
                # Below a warning Django says what is in a page's context, names and all: nobody may turn that on.
                "django": {"level": "WARNING"},
                "django.request": {"level": "CRITICAL"},
                "django.security": {"level": "CRITICAL"},
            },
        }
    )
