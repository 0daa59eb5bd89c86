"""The connection pool of a client, and the clock of the API that its responses show."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from ..errors import InvalidSettingError
from .responses import Response

if TYPE_CHECKING:
    import httpx

TIMEOUT_S: Final = 60.0
CONNECT_S: Final = 10.0


class ServerClock:
    """The clock of the API, by the Date of its latest response."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def now_s(self) -> float:
        return time.time() + self._ahead_s

    def update(self, response: Response) -> None:
        if (date_s := response.date_s) is not None:
            self._ahead_s = date_s - time.time()


class Connection:
    """The connection pool, made when the first request is sent: most previews send none.

    To import httpx and to read the certificates takes a quarter of a second.
    """

    def __init__(self, transport: httpx.BaseTransport | None, **options: Any) -> None:
        self._transport, self._options = transport, options
        self._lock = Lock()
        self._http: httpx.Client | None = None

    @property
    def http(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._http is None:
                timeout = httpx.Timeout(TIMEOUT_S, connect=CONNECT_S)
                try:
                    self._http = httpx.Client(timeout=timeout, transport=self._transport, **self._options)
                except (ImportError, OSError, ValueError) as error:
                    raise InvalidSettingError(
                        f"no connection can be made: {error}",
                        next_step="check HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR in the environment",
                    ) from None
            return self._http
