"""What a failed request says about its service, and for how long that is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from livekit.agents import APIError, APIStatusError, APITimeoutError

from .outage import Outage

SHORT = timedelta(seconds=30)
"""After a first failure; doubled with each further one."""
LONG = timedelta(minutes=5)
"""After the last doubling, and after what only the operator can put right."""
LONGEST = timedelta(minutes=10)
"""Whatever the provider asks for."""
REMEMBERED = timedelta(minutes=10)
"""How long after an outage a new failure counts as another one of the same."""

_REFUSED = {
    401: "the key is refused; check OPENAI_API_KEY",
    403: "the key may not use it; check the provider's project and model access",
    404: "there is no such model or address; check openai in the business file",
}


def outage_after(error: BaseException, now: datetime, before: Outage | None = None) -> Outage:
    """What is known once a service has been given up.

    Args:
        error: Why.
        now: Aware.
        before: What was known of it.
    """
    error = _told(error)
    failures = 1 + (before.failures if before is not None else 0)
    pause = min(LONG, SHORT * 2 ** min(failures - 1, 8))
    status = error.status_code if isinstance(error, APIStatusError) else None
    if status in _REFUSED or _out_of_quota(error):
        pause = LONG
    if (asked := retry_after(error)) is not None:
        pause = min(LONGEST, timedelta(seconds=asked))
    return Outage(now + pause, failures, reason_of(error))


def reason_of(error: BaseException) -> str:
    """Why a request failed, in words for the operator that hold nothing of the call."""
    error = _told(error)
    if isinstance(error, APITimeoutError | TimeoutError):
        return "it does not answer in time"
    if isinstance(error, APIStatusError) and error.status_code > 0:
        if _out_of_quota(error):
            return "the account has no credit left"
        if error.status_code == 429:
            return "it takes no more requests for now (429)"
        return _REFUSED.get(error.status_code, f"it answers {error.status_code}")
    if isinstance(error, APIError):
        return "the connection fails or breaks"
    return f"its answer cannot be used ({type(error).__name__})"


def retry_after(error: BaseException) -> float | None:
    """The seconds that a provider asks to be left alone, where it says so (RFC 9110, 10.2.3).

    livekit's errors do not carry headers; those of OpenAI's client, which they are made from, do.
    """
    for cause in _chain(error):
        headers = getattr(getattr(cause, "response", None), "headers", None)
        if headers is not None:
            try:
                return max(0.0, float(headers.get("retry-after", "")))
            except ValueError:
                return None
    return None


def _told(error: BaseException) -> BaseException:
    """The error that says most: what is raised after the last try only says that it was that."""
    telling = (APIStatusError, APITimeoutError)
    return next((one for one in _chain(error) if isinstance(one, telling)), error)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _out_of_quota(error: BaseException) -> bool:
    body = getattr(error, "body", None)
    code = body.get("code") if isinstance(body, dict) else getattr(body, "code", None)
    return code in ("insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached")
