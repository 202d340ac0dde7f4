"""How requests reach Twilio: with a time limit, patience when it asks for it, and plain errors."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from requests.exceptions import RequestException, SSLError, Timeout
from twilio.http.http_client import TwilioHttpClient

from ..logs import mask_numbers
from .errors import TwilioError

TIMEOUT = 10.0
"""Seconds that connecting, and each wait for an answer, may take."""
ATTEMPTS = 3
"""How often a request is sent that Twilio refuses because there are too many (429)."""
LONGEST_WAIT = 20.0
"""Seconds that are waited at most because Twilio asks for it."""


class Transport:
    """What the library sends its requests with.

    The library raises for a page of a list without saying which status it was, so every answer
    that is an error becomes a `TwilioError` here.
    """

    is_async = False

    def __init__(
        self,
        *,
        variables: str = "",
        base_url: str = "",
        timeout: float = TIMEOUT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Open nothing yet.

        Args:
            variables: The environment variables to name when Twilio refuses the credentials.
            base_url: Where all of Twilio's APIs are, instead of their own hosts; for tests.
            timeout: Seconds.
            sleep: Waits so many seconds.
        """
        self._http = TwilioHttpClient(timeout=timeout)
        self._timeout = timeout
        self._variables = variables
        self._base_url = base_url.rstrip("/")
        self._sleep = sleep

    def close(self) -> None:
        """Close the connections."""
        self._http.session.close()

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Any:
        """Send it; the arguments are those of ``twilio.http.HttpClient``.

        Raises:
            TwilioError: No answer, or one that is an error.
        """
        if self._base_url:
            parts = urlsplit(url)
            url = f"{self._base_url}{parts.path}{'?' if parts.query else ''}{parts.query}"
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self._http.request(
                    method, url, params, data, headers, auth, timeout, allow_redirects
                )
            except RequestException as error:
                raise _no_answer(error, method, self._timeout) from None
            if answer.status_code != 429 or attempt == ATTEMPTS:
                break
            wait = _seconds(answer.headers, attempt)
            if wait > LONGEST_WAIT:
                break
            self._sleep(wait)
        if not 200 <= answer.status_code < 300:
            raise self._refusal(answer)
        return answer

    def _refusal(self, answer: Any) -> TwilioError:
        status = answer.status_code
        code, message = _said(answer.text)
        known = f"HTTP {status}, code {code}" if code else f"HTTP {status}"
        if status == 401:
            text = f"Twilio refuses the credentials ({known}): check {self._variables}"
        elif status == 403:
            text = f"these credentials may not do this at Twilio ({known}): {message}"
        elif status == 404:
            text = f"Twilio does not know it, or not in this account ({known}): {message}"
        elif status == 429:
            again = answer.headers.get("Retry-After", "")
            later = f"in {again} s" if again.isdigit() else "in a minute"
            text = f"Twilio gets too many requests ({known}): run it again {later}"
        elif status >= 500:
            text = f"Twilio has a fault of its own ({known}): run it again later"
        else:
            text = f"Twilio refuses this ({known}): {message}"
        return TwilioError(text, status=status, code=code)


def _no_answer(error: RequestException, method: str, timeout: float) -> TwilioError:
    if isinstance(error, SSLError):
        why = (
            "Twilio's certificate cannot be verified: something between here and Twilio interferes"
        )
    elif isinstance(error, Timeout):
        why = f"Twilio did not answer within {timeout:g} seconds"
    else:
        why = "Twilio cannot be reached: check the network, HTTPS_PROXY, TWILIO_EDGE, TWILIO_REGION"
    if method.upper() != "GET":
        why += (
            "; whether the change was made is not known. Run it again: what is done is left alone"
        )
    return TwilioError(why)


def _said(body: str) -> tuple[int, str]:
    """Twilio's error code and words, numbers masked."""
    try:
        answer = json.loads(body)
        code, message = answer.get("code") or 0, answer.get("message") or answer.get("detail") or ""
    except (ValueError, AttributeError):
        return 0, "no reason was given"
    one_line = " ".join(str(message).split()) or "no reason was given"
    return code if isinstance(code, int) else 0, mask_numbers(one_line)


def _seconds(headers: Mapping[str, str], attempt: int) -> float:
    """How long to wait: what Retry-After says (RFC 9110 §10.2.3), else longer each time."""
    text = headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else float(2 ** (attempt - 1))
