"""The worker's settings: environment variables and `.env`, read once, in the main process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from dotenv import load_dotenv
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

DOTENV = Path(".env")
CALLS_PER_CORE = 5
"""Live calls that one core carries before a key is felt to be late."""


class Settings(BaseSettings):
    """What the environment says. A field is named as its variable, in lower case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    livekit_url: str = ""
    livekit_api_key: str = ""
    livekit_api_secret: SecretStr = SecretStr("")
    openai_api_key: SecretStr = SecretStr("")
    receptionist_config: Path = Path("receptionist.yaml")
    receptionist_agent_name: str = "receptionist"
    receptionist_health_host: str = "0.0.0.0"
    receptionist_health_port: Annotated[int, Field(ge=0, le=65535)] = 8081
    receptionist_max_calls: Annotated[int, Field(ge=1)] | None = None
    receptionist_load_threshold: Annotated[float, Field(gt=0, le=1)] | None = None
    receptionist_idle_processes: Annotated[int, Field(ge=1)] = 2
    receptionist_keep_days: Annotated[int, Field(ge=1)] | None = None
    receptionist_record_url: SecretStr = SecretStr("")
    receptionist_state_dir: Path = Path("")
    receptionist_cache_dir: Path = Path("")
    receptionist_log_pii: bool = False

    @property
    def state_dir(self) -> Path:
        """Where the record and the last good business file are kept."""
        return _folder(self.receptionist_state_dir, "XDG_STATE_HOME", ".local/state")

    @property
    def cache_dir(self) -> Path:
        """Where rendered audio is kept; workers may share it, and it may be deleted."""
        return _folder(self.receptionist_cache_dir, "XDG_CACHE_HOME", ".cache")

    @property
    def record_url(self) -> str:
        """The record's database; by default SQLite in `state_dir`."""
        url = self.receptionist_record_url.get_secret_value()
        return url or f"sqlite:///{self.state_dir / 'record.db'}"

    @property
    def spool(self) -> Path:
        """Where entries wait while the record's database cannot be written."""
        return self.state_dir / "record.spool"

    @property
    def max_calls(self) -> int | None:
        """Calls at once before further ones are refused; None when the CPU's load decides."""
        if self.receptionist_load_threshold is not None:
            return None
        return self.receptionist_max_calls or CALLS_PER_CORE * (os.cpu_count() or 1)


def _folder(chosen: Path, variable: str, usual: str) -> Path:
    """`chosen`, else ours among those of the user (XDG Base Directory Specification)."""
    if chosen != Path(""):
        return chosen.expanduser().absolute()
    return Path(os.environ.get(variable) or Path.home() / usual) / "receptionist"


_EXPECTED = {
    "receptionist_health_port": "a TCP port, 0 to 65535 (0 takes any free one)",
    "receptionist_max_calls": "a whole number of calls, at least 1",
    "receptionist_load_threshold": "a share of the CPU, above 0 and up to 1",
    "receptionist_idle_processes": "a whole number of processes, at least 1",
    "receptionist_keep_days": "a whole number of days, at least 1",
    "receptionist_log_pii": "1 or 0",
}


class Fault(NamedTuple):
    """One setting that cannot be used.

    Attributes:
        variable: The environment variable's name.
        message: What is wrong and the way out; never the value of a secret.
    """

    variable: str
    message: str

    def __str__(self) -> str:
        return f"{self.variable}: {self.message}"


def read_settings() -> tuple[Settings, list[Fault]]:
    """Read `.env` into the environment, then the environment into settings.

    What the environment already says wins over `.env`. A variable that cannot be used has its
    default in the settings and a fault in the list: a flag on the command line may still
    replace it, and all faults are reported together.
    """
    load_dotenv(DOTENV, override=False)
    try:
        settings, faults = Settings(), []
    except ValidationError as error:
        values = {str(item["loc"][0]): item["input"] for item in error.errors()}
        settings = Settings(**{name: Settings.model_fields[name].default for name in values})
        faults = [_fault(name, value) for name, value in values.items()]
    if settings.receptionist_max_calls and settings.receptionist_load_threshold:
        faults.append(
            Fault(
                "RECEPTIONIST_LOAD_THRESHOLD",
                "cannot be used together with RECEPTIONIST_MAX_CALLS; remove one of the two",
            )
        )
    return settings, faults


def livekit_faults(url: str, api_key: str, api_secret: str) -> list[Fault]:
    """What is missing to reach LiveKit, once flags have replaced variables."""
    wanted = {
        "LIVEKIT_URL": (url, "--url", "the address of the LiveKit server"),
        "LIVEKIT_API_KEY": (api_key, "--api-key", "an API key of the LiveKit server"),
        "LIVEKIT_API_SECRET": (api_secret, "--api-secret", "the secret of that API key"),
    }
    faults = [
        Fault(
            variable,
            f"is not set; it is {meaning}. Set it in the environment or in .env, or pass {flag}",
        )
        for variable, (value, flag, meaning) in wanted.items()
        if not value
    ]
    parts = urlsplit(url)
    if url and (parts.scheme not in ("ws", "wss", "http", "https") or not parts.hostname):
        example = "wss://example.livekit.cloud or ws://127.0.0.1:7880"
        faults.append(
            Fault(
                "LIVEKIT_URL", f"{url!r} is not the address of a LiveKit server, such as {example}"
            )
        )
    return faults


def _fault(name: str, value: object) -> Fault:
    return Fault(name.upper(), f"{value!r} is not {_EXPECTED[name]}")
