"""Every error that this package raises.

* StatsigError
  x InvalidInputsError          the API would reject the declared inputs; nothing was sent
  x MissingKeyError             no Console API key is configured
  x InvalidSettingError         a setting has a value that is not accepted
    + NoSuchEndpointError         404 by the router of the API: it does not serve the path
  x ApiError                    the API refused a request
    + UnauthorizedError           401, 403
    + NotFoundError               404
    + RejectedError               400, 409, 422 and other 4xx
    + PassingError                the same request may succeed later
      - RateLimitedError            429
      - ServerError                 5xx
  x UnreachableError            no usable response: connection, timeout, not JSON
  x TimedOutError               the time of a call is over: the custom_timeouts of its resource
  x TakenError                  an object with the name exists and this resource does not manage it
  x UnfinishedCreateError       an object was created, and a later request of its create failed
  x GoneError                   the object of a resource or a data source does not exist
  x ImportMismatchError         the object to import differs from the program
  x ChangedMeanwhileError       the object was changed, again and again, while a request waited or was repeated
  x ConcurrentEditError         the object of an update was changed in Statsig after the state was written

The text of an error is one line: what happened, then what to do next. ``summary`` holds the first, ``next_step``
the second. Neither contains an API key. Where the next step depends on the language of the program, the error
has the data for it, and the caller that knows the language sets ``next_step``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Self


class StatsigError(Exception):
    """Base class of all errors of statsig_pulumi; raised itself where no other class describes the failure.

    Attributes: ``summary``, what happened; ``next_step``, what to do, or an empty text.
    """

    summary: str
    next_step: str = ""

    def __init__(self, summary: str, *, next_step: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        if next_step:
            self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.summary}; {self.next_step}" if self.next_step else self.summary

    def with_subject(self, subject: str) -> Self:
        """Put the name of the object in front of the summary, unless the text contains it; return this error."""
        if subject not in str(self):
            self.summary = f"{subject}: {self.summary}"
        return self

    def redact(self, redact_fn: Callable[[str], str]) -> Self:
        """Replace the texts with what a function returns for them, such as without secrets; return this error."""
        self.summary = redact_fn(self.summary)
        if self.next_step:
            self.next_step = redact_fn(self.next_step)
        self.args = (self.summary,)
        return self


MAX_PLACE: Final = 100
"""Longer places are cut."""


MAX_LINE: Final = 1_000
"""Longer texts are cut in the middle, because what to write is at their end."""


def escape(text: str) -> str:
    """Return a text in one line, with escapes for characters that a terminal would obey and for half surrogates."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def to_line(text: str) -> str:
    """Return a text like ``escape``, without the middle of a long one."""
    line = escape(text)
    return line if len(line) <= MAX_LINE else f"{line[: MAX_LINE // 2]} ... {line[-MAX_LINE // 2 :]}"


def root_of(place: str) -> str:
    """Return the property that a place such as ``rules[0].name`` begins with."""
    return place.partition(".")[0].partition("[")[0]


@dataclass(frozen=True)
class Problem:
    """One invalid input of a resource."""

    place: str
    """The path of the input as a program writes it: ``rules[2].conditions[0].operator``."""
    reason: str
    """What is wrong, and what is accepted."""
    import_id: str | None = None
    """If importing an object solves the problem, its id."""

    @property
    def property(self) -> str:
        """The name of the property that the place begins with."""
        return root_of(self.place)

    def __str__(self) -> str:
        # Keys of JSON objects are part of the place: they may be long, and no Unicode text. A reason may have a value.
        place = escape(self.place)
        shown = place if len(place) <= MAX_PLACE else f"{place[:MAX_PLACE]}..."
        reason = to_line(self.reason)
        return f"{shown}: {reason}" if shown else reason


class InvalidInputsError(StatsigError, ValueError):
    """Raised before anything is sent, if the API would reject the inputs of a resource or a data source.

    Attributes: ``problems``, a tuple of Problem.
    """

    def __init__(self, subject: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{escape(subject)}: " + "; ".join(map(str, self.problems)))


class MissingKeyError(StatsigError):
    """Raised when a client is made and no Console API key is configured."""

    next_step = "set the environment variable STATSIG_CONSOLE_KEY, or run `pulumi config set --secret statsig:apiKey`"

    def __init__(self) -> None:
        super().__init__("no Statsig Console API key is configured")


class InvalidSettingError(StatsigError):
    """Raised when a setting has a value that is not accepted, or that turns out to be wrong."""


class NoSuchEndpointError(InvalidSettingError):
    """Raised when the API does not serve a path: the base URL is wrong, or this API lacks the endpoint (404, 405).

    Attributes: ``since``, the version of the API that added the endpoint; empty if it is not known.
    """

    def __init__(self, summary: str, *, next_step: str = "", since: str = "") -> None:
        super().__init__(summary, next_step=next_step)
        self.since = since


class UnreachableError(StatsigError):
    """Raised when no usable response arrives: the connection failed, timed out, or returned no JSON.

    Attributes: ``method``, that of the request; ``was_connected``, False if the request cannot have reached the API;
    ``may_pass``, False if the same response would follow.
    """

    next_step = "check the network and STATSIG_CONSOLE_URL, then run it again"

    def __init__(
        self, method: str, path: str, reason: str, *, was_connected: bool = True, may_pass: bool = True
    ) -> None:
        super().__init__(f"{method} {path} got no usable response: {reason}")
        self.method, self.was_connected, self.may_pass = method, was_connected, may_pass


class ApiError(StatsigError):
    """Base class of the errors for responses that refuse a request; the summary names both.

    Attributes: ``method``, that of the request; ``status``, the HTTP status; ``reason``, the message of the API.
    """

    def __init__(self, method: str, path: str, status: int, reason: str) -> None:
        super().__init__(f"{method} {path} answered {status}: {reason}")
        self.method, self.status, self.reason = method, status, reason


class UnauthorizedError(ApiError):
    """Raised when the API does not accept the key, or the key lacks a permission (401, 403)."""

    next_step = "check that STATSIG_CONSOLE_KEY is an active Console API key with the rights for this"


class NotFoundError(ApiError):
    """Raised when the object of a request does not exist (404)."""

    next_step = "if it was deleted outside of Pulumi, run `pulumi refresh`"


class RejectedError(ApiError):
    """Raised when the API rejects a request (400, 409, 422 and other 4xx)."""

    next_step = "fix the declaration, then run it again"

    def __init__(self, method: str, path: str, status: int, reason: str) -> None:
        super().__init__(method, path, status, reason)
        if status == HTTPStatus.CONFLICT:
            self.next_step = "it conflicts with what Statsig has: run `pulumi refresh`, then `pulumi up`"


class PassingError(ApiError):
    """Base class of the errors for requests that may succeed later.

    Attributes: ``retry_after_s``, the seconds to wait that the response names, or None.
    """

    LONG_WAIT_S = 60
    """Longer waits are part of the next step."""

    def __init__(self, method: str, path: str, status: int, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(method, path, status, reason)
        self.retry_after_s = retry_after_s
        if retry_after_s is not None and retry_after_s > self.LONG_WAIT_S:
            self.next_step = f"the API asks to wait {_format_wait(retry_after_s)}; run it again after that"


class RateLimitedError(PassingError):
    """Raised when the write budget of the Statsig project is used up (429)."""

    next_step = "Statsig accepts about 100 writes in 10 s and 900 in 15 min per project; run it again later"


class ServerError(PassingError):
    """Raised when the API fails (5xx)."""

    next_step = "the failure is on Statsig's side; run it again"


class TimedOutError(StatsigError):
    """Raised when the time that a program sets for a call is over. What was sent may have been applied."""

    next_step = "raise the timeout, or run `pulumi refresh` and then `pulumi up`"


class TakenError(StatsigError):
    """Raised when an object with the name or key of a new resource exists; the object was not changed.

    Attributes: ``import_id``, the id to import the object with, or None; ``owner``, the URN of the resource that has
    the object in the state of the stack, or None.
    """

    def __init__(self, summary: str, *, import_id: str | None = None, owner: str | None = None) -> None:
        super().__init__(summary, next_step=f"to manage it here, import the id '{import_id}'" if import_id else "")
        self.import_id, self.owner = import_id, owner


class UnfinishedCreateError(StatsigError):
    """Raised when an object was created and a later request of its create failed; the next update sends what is left.

    Attributes: ``id`` and ``outputs`` of the resource, which the state keeps.
    """

    def __init__(self, summary: str, id_: str, outputs: dict[str, Any]) -> None:
        super().__init__(summary, next_step="run `pulumi up` again")
        self.id, self.outputs = id_, outputs


class GoneError(StatsigError):
    """Raised when the object of a resource, an import or a data source does not exist."""


class ImportMismatchError(StatsigError):
    """Raised when the object to import differs from the program; the object was not changed.

    Attributes: ``import_id``, the id of the object, or None.
    """

    def __init__(self, summary: str, *, next_step: str = "", import_id: str | None = None) -> None:
        super().__init__(summary, next_step=next_step)
        self.import_id = import_id


class ChangedMeanwhileError(StatsigError):
    """Raised if an object was changed while a request to change it was repeated, or waited for the write budget."""

    next_step = "run `pulumi refresh`, then `pulumi up`"


class ConcurrentEditError(StatsigError):
    """Raised if others changed an object after the state was written, and the stack lets no update overwrite that.

    Nothing was sent.
    """

    next_step = "nothing was changed; run `pulumi refresh`, then `pulumi preview` shows what `pulumi up` will overwrite"


def _format_wait(seconds: float) -> str:
    """Return a wait in its largest unit: ``20 min``, ``3 h`` or ``365 days``."""
    for unit, unit_s in (("days", 86_400), ("h", 3_600)):
        if seconds >= 2 * unit_s:
            return f"{seconds / unit_s:.0f} {unit}"
    return f"{seconds / 60:.0f} min"


# The Pulumi CLI shows an error as `module.Class: text`. Users know the errors by the public module.
for _error in list(vars().values()):
    if isinstance(_error, type) and issubclass(_error, StatsigError):
        _error.__module__ = "statsig_pulumi"
