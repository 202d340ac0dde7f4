"""What the package offers, and what it costs to ask for a part of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import transfer_call


def test_everything_public_is_exported_and_everything_exported_exists() -> None:
    assert set(transfer_call.__all__) == set(transfer_call._HOME_OF)
    assert list(transfer_call.__all__) == sorted(transfer_call.__all__)
    for name in transfer_call.__all__:
        assert getattr(transfer_call, name).__module__.startswith("transfer_call.") or name in (
            "Event",
            "Listener",
            "Resolver",
        )


def test_what_is_not_there_is_an_ordinary_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'warm_transfer'"):
        _ = transfer_call.warm_transfer
    assert set(transfer_call.__all__) <= set(dir(transfer_call))


def test_who_reads_the_business_file_does_not_wait_for_the_agents_library() -> None:
    script = "import sys, transfer_call.business; print('livekit.agents' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
