from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from livekit.agents.cli.log import JsonFormatter

from receptionist import logs


class Lines(logging.Handler):
    """Keeps what the framework's formatter would print."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def printed() -> Iterator[Lines]:
    handler = Lines()
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)


@pytest.mark.parametrize("key", ["pii_number", "lk.pii.event", "call_pii", "pii"])
def test_personal_data_is_removed_by_its_key(printed: Lines, key: str) -> None:
    logs.install(log_pii=False)

    logging.getLogger("receptionist").warning("spoke", extra={key: "Jane", "room": "call-x"})

    line = json.loads(printed.lines[0])
    assert key not in line
    assert line["room"] == "call-x"


def test_the_operator_may_ask_for_personal_data(printed: Lines) -> None:
    logs.install(log_pii=True)

    logging.getLogger("receptionist").warning("spoke", extra={"pii_text": "Hello Jane"})

    assert json.loads(printed.lines[0])["pii_text"] == "Hello Jane"


def test_a_key_that_only_contains_the_letters_is_kept(printed: Lines) -> None:
    logs.install(log_pii=False)

    logging.getLogger("receptionist").warning("set", extra={"appiius": "kept"})

    assert json.loads(printed.lines[0])["appiius"] == "kept"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call-_+15105550100_AbC123", "call-_…0100_AbC123"),
        ("sip_15105550100", "sip_…0100"),
        ("sip_+4930123456", "sip_…3456"),
        ("attempt 3 of 16", "attempt 3 of 16"),
        ("AJ_k3Jd9201733921aa", "AJ_k3Jd9201733921aa"),
        ("127.0.0.1:7880", "127.0.0.1:7880"),
    ],
)
def test_telephone_numbers_are_masked_in_what_the_framework_writes(
    printed: Lines, text: str, masked: str
) -> None:
    logs.install(log_pii=False)

    logging.getLogger("livekit.agents").warning("job for %s", text, extra={"participant": text})

    line = json.loads(printed.lines[0])
    assert line["participant"] == masked
    assert line["message"] == f"job for {masked}"


def test_telephone_numbers_are_masked_in_tracebacks(printed: Lines) -> None:
    logs.install(log_pii=False)

    try:
        raise RuntimeError("no route to +15105550100")
    except RuntimeError:
        logging.getLogger("livekit.agents").exception("failed")

    line = json.loads(printed.lines[0])
    assert "no route to …0100" in line["exc_info"]
    assert "5105550100" not in printed.lines[0]


def test_installing_twice_adds_nothing(printed: Lines) -> None:
    logs.install(log_pii=False)
    logs.install(log_pii=False)

    assert len(printed.filters) == len(set(map(id, printed.filters))) == 2


def test_a_deleted_room_is_no_error(printed: Lines) -> None:
    logs.install(log_pii=True)

    logging.getLogger("livekit").error("publisher data channel '_lossy' closed unexpectedly")
    logging.getLogger("livekit").error("signal connection closed")

    assert [json.loads(line)["message"] for line in printed.lines] == ["signal connection closed"]


def test_a_record_with_wrong_arguments_does_not_break_the_caller(printed: Lines) -> None:
    logs.install(log_pii=False)

    class Careless(logging.LogRecord):
        def getMessage(self) -> str:
            raise TypeError("not all arguments converted")

    record = Careless("x", logging.INFO, "x.py", 1, "%d", ("a",), None)

    assert logs.PrivacyFilter().filter(record)
