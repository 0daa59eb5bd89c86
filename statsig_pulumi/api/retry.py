"""Retries: which requests are sent again, after which wait, and for how long."""

from __future__ import annotations

from typing import Final

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from ..errors import ApiError, PassingError, RateLimitedError, ServerError, StatsigError, UnreachableError
from .deadline import NO_DEADLINE, Deadline
from .rate_limit import MessageFn, WriteBudget

RETRY_S: Final = 60.0
"""How long requests are retried after a lost connection or a failure of the server."""
CONNECT_RETRY_S: Final = 5.0
"""How long requests are retried if no connection can be made."""
BUDGET_RETRY_S: Final = 20 * 60.0
"""How long requests are retried after a 429: the longer window of the write budget is 15 minutes."""
MAX_BACKOFF_S: Final = 30.0
MIN_REPORTED_S: Final = 2.0
"""Shorter waits are not reported."""


class Reachability:
    """Whether the server can be reached, for all requests: once one has given up, the others do not wait again."""

    def __init__(self) -> None:
        self.was_given_up = False

    def retry_s(self, failure: BaseException | None) -> float:
        """Return how long a request is retried after this failure."""
        if _is_unconnected(failure):
            return 0.0 if self.was_given_up else CONNECT_RETRY_S
        return BUDGET_RETRY_S if isinstance(failure, RateLimitedError) else RETRY_S


def attempts(
    on_message: MessageFn,
    write_budget: WriteBudget,
    reachability: Reachability,
    deadline: Deadline = NO_DEADLINE,
    *,
    repeatable: bool = True,
) -> Retrying:
    """Return the attempts of one request, to iterate over; the last failure is raised.

    A request that is not ``repeatable`` is retried only after failures that cannot have applied it.
    A 429 pauses the whole write budget, because it applies to all writes of the project. A response that asks for
    a longer wait than the time of all attempts is the last one. If the wait would end after the deadline, TimedOutError
    is raised.
    """
    waited_before_s = write_budget.waited_s

    def before_sleep(state: RetryCallState) -> None:
        seconds = state.next_action.sleep if state.next_action else 0.0
        failure = _failure(state)
        if isinstance(failure, RateLimitedError):
            write_budget.pause(seconds)
            on_message(f"waiting {seconds:.0f} s for Statsig's write budget")
        elif seconds >= MIN_REPORTED_S:
            on_message(f"trying again in {seconds:.0f} s: {_describe(failure)}")

    def stop(state: RetryCallState) -> bool:
        failure = _failure(state)
        limit_s = reachability.retry_s(failure) + write_budget.waited_s - waited_before_s
        rest_s = limit_s - (state.seconds_since_start or 0.0)
        is_last = stop_after_delay(limit_s)(state) or (_retry_after_s(failure) or 0.0) > rest_s
        if is_last and _is_unconnected(failure):
            reachability.was_given_up = True
        if not is_last:
            deadline.check(_describe(failure), state.upcoming_sleep)
        return is_last

    return Retrying(
        retry=retry_if_exception(_is_passing if repeatable else is_unapplied),
        stop=stop,
        wait=_wait_s,
        before_sleep=before_sleep,
        reraise=True,
    )


def is_unapplied(failure: BaseException) -> bool:
    """Return whether the API cannot have applied the failed request: it refused the request or never received it."""
    match failure:
        case UnreachableError():
            return not failure.was_connected
        case RateLimitedError():
            return True
        case _:
            return False


def is_without_effect(failure: BaseException) -> bool:
    """Return whether the failed request was a write that changed nothing: the API refused it, or never received it.

    A failed read says nothing of the writes before it.
    """
    is_refused = isinstance(failure, ApiError) and not isinstance(failure, ServerError)
    return getattr(failure, "method", "GET") != "GET" and (is_refused or is_unapplied(failure))


def _is_passing(failure: BaseException) -> bool:
    return isinstance(failure, PassingError) or (isinstance(failure, UnreachableError) and failure.may_pass)


def _wait_s(state: RetryCallState) -> float:
    failure = _failure(state)
    multiplier_s = 1.0 if isinstance(failure, RateLimitedError) else 0.25
    max_s = CONNECT_RETRY_S / 5 if _is_unconnected(failure) else MAX_BACKOFF_S
    backoff_s = wait_random_exponential(multiplier=multiplier_s, max=max_s)(state)
    return max(backoff_s, _retry_after_s(failure) or 0.0)


def _is_unconnected(failure: BaseException | None) -> bool:
    return isinstance(failure, UnreachableError) and not failure.was_connected


def _retry_after_s(failure: BaseException | None) -> float | None:
    return failure.retry_after_s if isinstance(failure, PassingError) else None


def _describe(failure: BaseException | None) -> str:
    return failure.summary if isinstance(failure, StatsigError) else str(failure)


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
