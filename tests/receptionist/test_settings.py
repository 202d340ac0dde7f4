from __future__ import annotations

from pathlib import Path

import pytest

from receptionist.settings import CALLS_PER_CORE, livekit_faults, read_settings


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"):
        # Set first, so that what `.env` puts there is undone as well.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_without_any_variable_the_defaults_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    monkeypatch.setattr("os.cpu_count", lambda: 4)

    settings, faults = read_settings()

    assert faults == []
    assert settings.receptionist_config == Path("receptionist.yaml")
    assert settings.receptionist_agent_name == "receptionist"
    assert settings.receptionist_health_port == 8081
    assert settings.max_calls == 4 * CALLS_PER_CORE
    assert settings.record_url == "sqlite:////state/receptionist/record.db"
    assert not settings.receptionist_log_pii


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("RECEPTIONIST_HEALTH_PORT", "eighty", "'eighty' is not a TCP port"),
        ("RECEPTIONIST_HEALTH_PORT", "65536", "'65536' is not a TCP port"),
        ("RECEPTIONIST_MAX_CALLS", "0", "'0' is not a whole number of calls, at least 1"),
        ("RECEPTIONIST_LOAD_THRESHOLD", "70", "'70' is not a share of the CPU"),
        ("RECEPTIONIST_IDLE_PROCESSES", "-1", "'-1' is not a whole number of processes"),
        ("RECEPTIONIST_LOG_PII", "maybe", "'maybe' is not 1 or 0"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named_with_what_it_must_be(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    monkeypatch.setenv(variable, value)

    _, faults = read_settings()

    assert [fault.variable for fault in faults] == [variable]
    assert message in str(faults[0])


def test_all_faults_are_reported_together_and_the_rest_is_still_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RECEPTIONIST_HEALTH_PORT", "x")
    monkeypatch.setenv("RECEPTIONIST_MAX_CALLS", "y")
    monkeypatch.setenv("RECEPTIONIST_AGENT_NAME", "front")

    settings, faults = read_settings()

    assert {fault.variable for fault in faults} == {
        "RECEPTIONIST_HEALTH_PORT",
        "RECEPTIONIST_MAX_CALLS",
    }
    assert settings.receptionist_health_port == 8081
    assert settings.receptionist_agent_name == "front"


def test_counting_calls_and_measuring_the_cpu_exclude_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RECEPTIONIST_MAX_CALLS", "5")
    monkeypatch.setenv("RECEPTIONIST_LOAD_THRESHOLD", "0.5")

    _, faults = read_settings()

    assert "remove one of the two" in str(faults[0])


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEKIT_API_SECRET", "hunter2")
    monkeypatch.setenv("RECEPTIONIST_RECORD_URL", "postgres:hunter2")

    settings, faults = read_settings()

    assert "hunter2" not in repr(settings) + "".join(map(str, faults))


def test_a_dotenv_file_fills_in_what_the_environment_does_not_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("LIVEKIT_URL=ws://from-file\nLIVEKIT_API_KEY=from-file\n")
    monkeypatch.setenv("LIVEKIT_API_KEY", "from-environment")

    settings, _ = read_settings()

    assert settings.livekit_url == "ws://from-file"
    assert settings.livekit_api_key == "from-environment"


def test_each_missing_way_to_livekit_names_its_flag() -> None:
    faults = [str(fault) for fault in livekit_faults("", "", "")]

    assert [fault.split(":")[0] for fault in faults] == [
        "LIVEKIT_URL",
        "LIVEKIT_API_KEY",
        "LIVEKIT_API_SECRET",
    ]
    assert all("or pass --" in fault for fault in faults)


@pytest.mark.parametrize("url", ["livekit.example.com", "sip://livekit.example.com", "wss://"])
def test_an_address_that_is_no_server_is_refused(url: str) -> None:
    assert [fault.variable for fault in livekit_faults(url, "key", "secret")] == ["LIVEKIT_URL"]


@pytest.mark.parametrize("url", ["ws://127.0.0.1:7880", "https://livekit.example.com"])
def test_an_address_of_a_server_is_taken(url: str) -> None:
    assert livekit_faults(url, "key", "secret") == []
