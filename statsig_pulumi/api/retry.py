"""When a request is sent again, and after how long."""

from __future__ import annotations

from typing import Final

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from ..errors import PassingError, RateLimitedError, StatsigError, UnreachableError
from .rate_limit import Report, WriteBudget

RETRY_S: Final = 60.0
"""How long a lost connection or a failing server is tried again."""
BUDGET_RETRY_S: Final = 20 * 60.0
"""How long the write budget is waited for: its longer window is 15 minutes."""


def attempts(report: Report, budget: WriteBudget, *, repeatable: bool = True) -> Retrying:
    """The attempts of one request; one that may not be applied twice is repeated only where it cannot have been.

    Where the API says that the budget is used up, all writes wait, and not this one alone.
    """
    waited_before_s = budget.waited_s

    def before_sleep(state: RetryCallState) -> None:
        seconds = state.next_action.sleep if state.next_action else 0.0
        failure = _failure(state)
        if isinstance(failure, RateLimitedError):
            budget.pause(seconds)
            report(f"waiting {seconds:.0f} s for Statsig's write budget")
        elif seconds >= 2:
            said = failure.summary if isinstance(failure, StatsigError) else failure
            report(f"trying again in {seconds:.0f} s: {said}")

    def stop(state: RetryCallState) -> bool:
        limit_s = BUDGET_RETRY_S if isinstance(_failure(state), RateLimitedError) else RETRY_S
        return stop_after_delay(limit_s + budget.waited_s - waited_before_s)(state)

    return Retrying(
        retry=retry_if_exception(_is_passing if repeatable else was_not_applied),
        stop=stop,
        wait=_wait,
        before_sleep=before_sleep,
        reraise=True,
    )


def was_not_applied(failure: BaseException) -> bool:
    """Whether the failure says that the API did nothing: it refused the request, or never got it."""
    match failure:
        case UnreachableError():
            return not failure.was_connected
        case RateLimitedError():
            return True
        case _:
            return False


def _is_passing(failure: BaseException) -> bool:
    return isinstance(failure, (PassingError, UnreachableError))


def _wait(state: RetryCallState) -> float:
    failure = _failure(state)
    slowly = 1.0 if isinstance(failure, RateLimitedError) else 0.25
    backoff_s = wait_random_exponential(multiplier=slowly, max=30.0)(state)
    asked_s = failure.retry_after_s if isinstance(failure, PassingError) else None
    return max(backoff_s, asked_s or 0.0)


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
