from __future__ import annotations

import types

import transfer_call


def test_everything_public_is_exported_and_everything_exported_exists() -> None:
    public = {
        name
        for name, value in vars(transfer_call).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert set(transfer_call.__all__) == public
    assert list(transfer_call.__all__) == sorted(transfer_call.__all__)
