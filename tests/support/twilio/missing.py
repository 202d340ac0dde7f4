"""A machine without Twilio's library."""

from __future__ import annotations

import sys

import pytest


class _Finder:
    def find_spec(self, name: str, *_: object) -> None:
        if name.split(".")[0] == "twilio":
            raise ModuleNotFoundError(f"No module named {name!r}", name="twilio")


def without_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the import of Twilio's library fail as it does where it is not installed."""
    ours = {"receptionist.twilio.account", "receptionist.twilio.transport"}
    for name in [name for name in sys.modules if name.split(".")[0] == "twilio" or name in ours]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_Finder(), *sys.meta_path])
