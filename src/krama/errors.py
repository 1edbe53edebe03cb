# SPDX-License-Identifier: Apache-2.0
"""One tree of errors. Each has a stable `code`, fields, and says whether trying again can help.

The docstring states the cause in English for logs, commands and the API's `detail`;
the server holds the sentence for each code in English and Khmer.
"""

from __future__ import annotations

from typing import ClassVar


class KramaError(Exception):
    """Something Krama could not do."""

    code: ClassVar[str] = "krama"
    public: ClassVar[bool] = False  # may a person without an account see it?
    permanent: ClassVar[bool] = True  # False: the same call may succeed later

    def __init__(self, detail: str = "", **fields: object) -> None:
        self.detail = detail or (type(self).__doc__ or "").split("\n")[0]
        self.fields = fields
        super().__init__(self.detail)


class BadInput(KramaError):
    """What was given is not of the form that was asked for."""

    code = "bad_input"
    public = True


class BadSignal(BadInput):
    """A signal's type, value or code is not valid."""

    code = "bad_signal"


class BadSnapshot(KramaError):
    """A snapshot folder is missing a file, or its checksum does not fit."""

    code = "bad_snapshot"


class BadSeal(KramaError):
    """What is sealed cannot be opened: it was changed, moved from its place, or its key is gone."""

    code = "bad_seal"


class NotAllowed(KramaError):
    """This person or key may not do that."""

    code = "not_allowed"
    public = True


class NotFound(KramaError):
    """There is nothing here by that name, or you may not see it."""

    code = "not_found"
    public = True


class Conflict(KramaError):
    """Something changed since you looked; nothing was written."""

    code = "conflict"
    public = True


class TooLarge(BadInput):
    """The upload is larger than this installation takes."""

    code = "too_large"


class Busy(KramaError):
    """As many uploads as memory allows are being read; try again in a moment."""

    code = "busy"
    public = True
    permanent = False


class BadHome(KramaError):
    """The home folder cannot be used as asked."""

    code = "bad_home"


class Refused(KramaError):
    """The outgoing guard does not let Krama call this address."""

    code = "refused"
