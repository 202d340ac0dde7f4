from __future__ import annotations

from pathlib import Path

from lab.business import business_file
from transfer_call.business import load


def test_the_file_of_the_lab_is_one_the_receptionist_accepts(tmp_path: Path) -> None:
    path = tmp_path / "receptionist.yaml"
    path.write_text(
        business_file(
            "+15105550001",
            "127.0.0.1",
            front_desk="sip:desk@127.0.0.1:11500",
            sales="sip:sales@127.0.0.1:11520",
        )
    )
    line = load(path).line_for("+15105550001")
    assert line is not None
    assert line.directory.operator is not None
    assert line.directory.operator.name == "front-desk"
    assert not line.directory["sales"].otherwise
