"""Every error this package raises.

* StatsigError
  x InvalidInputsError          the program declares what the API would refuse; nothing was sent
  x MissingKeyError             no Console API key is configured
  x InvalidSettingError         a setting of the environment or the stack cannot be what is meant
    + NoSuchEndpointError         404 in the words of the API's router: it does not serve this path
  x ApiError                    the API answered, and the answer is no
    + UnauthorizedError           401, 403
    + NotFoundError               404
    + RejectedError               400, 409, 422
    + PassingError                the same request may be taken later
      - RateLimitedError            429
      - ServerError                 5xx
  x UnreachableError            no usable answer: connection, timeout, not JSON
  x TakenError                  an object of that name exists and is not this resource's
  x GoneError                   the object a resource stands for does not exist (any more)
  x ImportMismatchError         the object to import differs from what the program declares
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


class StatsigError(Exception):
    """Base of every error raised by statsig_pulumi; its text is one line and never holds a key."""

    @property
    def words(self) -> str:
        """What happened, without the next step."""
        return str(self)

    def about(self, subject: str) -> Self:
        """The same error, saying first which object it is about."""
        if subject not in str(self):
            self.args = (f"{subject}: {self}",)
        return self


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the inputs of a resource, and where."""

    place: str
    """Where, as a program writes it: ``rules[2].conditions[0].operator``."""
    reason: str
    """What is wrong, and what is right."""

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


class InvalidInputsError(StatsigError, ValueError):
    """The program declares what the API would refuse; nothing was sent."""

    def __init__(self, subject: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{subject}: " + "; ".join(map(str, self.problems)))


class MissingKeyError(StatsigError):
    """No Console API key is configured."""

    def __init__(self) -> None:
        super().__init__(
            "no Statsig Console API key: set the environment variable STATSIG_CONSOLE_KEY,"
            " or run `pulumi config set --secret statsig:apiKey`"
        )


class InvalidSettingError(StatsigError):
    """A setting of the environment or the stack cannot be what is meant."""


class NoSuchEndpointError(InvalidSettingError):
    """The API does not serve this path: the base URL is wrong, or its generation lacks the endpoint."""


class UnreachableError(StatsigError):
    """No usable answer came: the connection failed, timed out, or carried no JSON."""

    def __init__(self, method: str, path: str, reason: str, *, was_connected: bool = True) -> None:
        """``was_connected`` is False where the request cannot have reached the API."""
        self.was_connected = was_connected
        self._words = f"{method} {path} got no usable answer: {reason}"
        super().__init__(f"{self._words}; check the network and STATSIG_CONSOLE_URL, and run it again")

    @property
    def words(self) -> str:
        return self._words


class ApiError(StatsigError):
    """The API refused a request; the text says which one, and why in the API's own words."""

    next_step = ""

    def __init__(self, method: str, path: str, status: int, reason: str) -> None:
        self._words = f"{method} {path} answered {status}: {reason}"
        self.status, self.reason = status, reason
        super().__init__(f"{self._words}; {self.next_step}" if self.next_step else self._words)

    @property
    def words(self) -> str:
        return self._words


class UnauthorizedError(ApiError):
    """The key is not accepted, or may not do this (401, 403)."""

    next_step = "check that STATSIG_CONSOLE_KEY is an active Console API key with the rights for this"


class NotFoundError(ApiError):
    """There is no such object (404)."""

    next_step = "if it was deleted outside of Pulumi, run `pulumi refresh`"


class RejectedError(ApiError):
    """The API does not accept what was sent (400, 409, 422 and other 4xx)."""

    next_step = "nothing was changed; mend the declaration and run it again"


class PassingError(ApiError):
    """The API may take the same request later."""

    def __init__(self, method: str, path: str, status: int, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(method, path, status, reason)
        self.retry_after_s = retry_after_s


class RateLimitedError(PassingError):
    """The write budget of the Statsig project is used up (429)."""

    next_step = "Statsig takes about 100 writes in 10 s and 900 in 15 min per project; run it again later"


class ServerError(PassingError):
    """The API failed (5xx)."""

    next_step = "Statsig's side failed; run it again"


class TakenError(StatsigError):
    """An object of that name exists and is not this resource's; it was not touched."""


class GoneError(StatsigError):
    """The object a resource stands for does not exist (any more)."""


class ImportMismatchError(StatsigError):
    """The object to import differs from what the program declares; it was not touched."""


# Errors cross into the Pulumi CLI as `module.Class: text`; the public module reads best there.
for _error in list(vars().values()):
    if isinstance(_error, type) and issubclass(_error, StatsigError):
        _error.__module__ = "statsig_pulumi"
