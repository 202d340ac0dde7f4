"""A Twilio on this machine that remembers trunks and numbers, and notes what it should not get."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .contract import documents
from .validation import Contract, NotInContract

ACCOUNT = "AC" + "a1" * 16
TOKEN = "a token that is not real"
KEY = "SK" + "b2" * 16
KEY_SECRET = "a secret that is not real"
PAGE = 2
"""Items on a page, whatever is asked for: pages are never forgotten to be turned."""


def sid(prefix: str, number: int) -> str:
    return f"{prefix}{number:032x}"


@dataclass
class Fault:
    """An answer instead of the right one."""

    status: int
    body: str = "{}"
    headers: dict[str, str] = field(default_factory=dict)


class Twilio:
    """What is there, and what was asked."""

    def __init__(self) -> None:
        self.trunks: dict[str, dict[str, Any]] = {}
        self.urls: dict[str, dict[str, Any]] = {}
        self.numbers: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.tunnels: list[str] = []
        self.violations: list[str] = []
        self.faults: list[Fault] = []
        self.fault_at: dict[str, Fault] = {}
        self.silent = threading.Event()
        self.over = threading.Event()
        self.url = ""
        self._count = count(1)
        self._contract = Contract(documents())

    def add_trunk(self, **given: Any) -> str:
        made = sid("TK", next(self._count))
        self.trunks[made] = {
            "sid": made,
            "account_sid": ACCOUNT,
            "friendly_name": "",
            "domain_name": None,
            "disaster_recovery_url": None,
            "disaster_recovery_method": None,
            "transfer_mode": "disable-all",
            "transfer_caller_id": "from-transferee",
            **given,
        }
        return made

    def add_url(self, trunk: str, sip_url: str, **given: Any) -> str:
        made = sid("OU", next(self._count))
        self.urls[made] = {
            "sid": made,
            "trunk_sid": trunk,
            "sip_url": sip_url,
            "friendly_name": "",
            "enabled": True,
            "priority": 10,
            "weight": 10,
            **given,
        }
        return made

    def add_number(self, number: str, **given: Any) -> str:
        made = sid("PN", next(self._count))
        self.numbers[made] = {
            "sid": made,
            "phone_number": number,
            "trunk_sid": None,
            "voice_url": None,
            "voice_application_sid": None,
            **given,
        }
        return made

    @property
    def changes(self) -> list[tuple[str, dict[str, str]]]:
        """What was sent to change something: path and form."""
        return [(path, form) for method, path, form in self.requests if method != "GET"]

    def answer(
        self, method: str, target: str, headers: dict[str, str], body: str
    ) -> tuple[int, str, dict[str, str]]:
        parts = urlsplit(target)
        try:
            form = self._contract.check_request(
                method, parts.path, parts.query, headers.get("content-type", ""), body
            )
        except NotInContract as error:
            self.violations.append(f"{method} {target}: {error}")
            return 400, json.dumps({"code": 20001, "message": str(error), "status": 400}), {}
        self.requests.append((method, parts.path, form))
        if self.silent.is_set():
            self.over.wait(30)
        if not _known(headers.get("authorization", "")):
            return 401, json.dumps({"code": 20003, "message": "Authenticate", "status": 401}), {}
        if self.faults:
            return _as_answer(self.faults.pop(0))
        if fault := self.fault_at.get(f"{method} {parts.path}"):
            return _as_answer(fault)
        status, answer = self._serve(method, parts.path, parts.query, form)
        if status < 300:
            try:
                self._contract.check_answer(method, parts.path, status, answer)
            except NotInContract as error:
                self.violations.append(f"the answer to {method} {target}: {error}")
        return status, json.dumps(answer), {}

    def _serve(
        self, method: str, path: str, query: str, form: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        if path.startswith("/2010-04-01/"):
            return 200, self._numbers(path, dict(parse_qsl(query)))
        trunk = re.match(r"/v1/Trunks/(\w+)", path)
        if trunk and trunk[1] not in self.trunks:
            what = f"The requested resource {path} was not found"
            return 404, {"code": 20404, "message": what, "status": 404}
        if trunk is None:
            if method == "POST":
                return 201, self.trunks[self.add_trunk(**_fields(form))]
            return 200, self._page("trunks", list(self.trunks.values()), path, query)
        kind, _, part = path.partition(trunk[1])[2].lstrip("/").partition("/")
        if kind == "OriginationUrls":
            return self._urls(method, trunk[1], part, form, path, query)
        if kind == "PhoneNumbers":
            return self._attached(method, trunk[1], form, path, query)
        self.trunks[trunk[1]].update(_fields(form))
        return 200, self.trunks[trunk[1]]

    def _urls(
        self, method: str, trunk: str, part: str, form: dict[str, str], path: str, query: str
    ) -> tuple[int, dict[str, Any]]:
        given = _fields(form)
        for name, read in (("enabled", lambda text: text.lower() == "true"), ("priority", int)):
            if name in given:
                given[name] = read(given[name])
        if "weight" in given:
            given["weight"] = int(given["weight"])
        if part:
            self.urls[part].update(given)
            return 200, self.urls[part]
        if method == "POST":
            return 201, self.urls[self.add_url(trunk, given.pop("sip_url"), **given)]
        found = [url for url in self.urls.values() if url["trunk_sid"] == trunk]
        return 200, self._page("origination_urls", found, path, query)

    def _attached(
        self, method: str, trunk: str, form: dict[str, str], path: str, query: str
    ) -> tuple[int, dict[str, Any]]:
        if method == "POST":
            number = self.numbers[form["PhoneNumberSid"]]
            number.update(trunk_sid=trunk, voice_application_sid=None)
            return 201, number
        found = [number for number in self.numbers.values() if number["trunk_sid"] == trunk]
        return 200, self._page("phone_numbers", found, path, query)

    def _numbers(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        wanted = query.get("PhoneNumber", "")
        found = [one for one in self.numbers.values() if wanted in one["phone_number"]]
        page = int(query.get("Page", 0))
        rest = found[(page + 1) * PAGE :]
        number = wanted.replace("+", "%2B")
        following = f"{path}?PhoneNumber={number}&PageSize={PAGE}&Page={page + 1}"
        return {
            "incoming_phone_numbers": found[page * PAGE : (page + 1) * PAGE],
            "next_page_uri": following if rest else None,
            "page": page,
            "page_size": PAGE,
        }

    def _page(self, key: str, items: list[Any], path: str, query: str) -> dict[str, Any]:
        page = int(dict(parse_qsl(query)).get("Page", 0))
        following = f"https://trunking.twilio.com{path}?PageSize={PAGE}&Page={page + 1}"
        more = len(items) > (page + 1) * PAGE
        return {
            key: items[page * PAGE : (page + 1) * PAGE],
            "meta": {"key": key, "next_page_url": following if more else None},
        }


def _as_answer(fault: Fault) -> tuple[int, str, dict[str, str]]:
    return fault.status, fault.body, fault.headers


def _known(authorization: str) -> bool:
    pairs = [(ACCOUNT, TOKEN), (KEY, KEY_SECRET)]
    return authorization in [
        "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode() for user, secret in pairs
    ]


def _fields(form: dict[str, str]) -> dict[str, Any]:
    """Names as Twilio answers them."""
    return {re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower(): value for name, value in form.items()}


@contextmanager
def serving() -> Iterator[Twilio]:
    """A Twilio at `url` until the end, which fails if a request was not as Twilio's API is."""
    twilio = Twilio()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, text, extra = twilio.answer(self.command, self.path, headers, body)
            if twilio.over.is_set():
                return
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **extra}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def do_CONNECT(self) -> None:
            """As a proxy that lets nobody out."""
            twilio.tunnels.append(self.path)
            self.send_error(403)

        do_GET = do_POST = do_DELETE = _handle

        def log_message(self, *_: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    twilio.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield twilio
        assert not twilio.violations, twilio.violations
    finally:
        twilio.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
