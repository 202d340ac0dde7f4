"""How long the operator's files take to load: 2,000 people, 300 lines, and a call's check.

Run with ``python -m bench.business``. Goals: 2,000 rows in 0.5 s, 300 files in 1 s.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from transfer_call.business import load
from transfer_call.business.reload import LiveBusiness

ROUNDS = 7
SMALL = "business: {name: Acme, country: US}\n"
EXAMPLE = Path(__file__).parent.parent / "receptionist.example.yaml"


def people(folder: Path, address: Callable[[int], str]) -> Path:
    """A business of 2,000 people."""
    folder.mkdir()
    rows = (f"Person {n},{30000 + n},{address(n)},Department {n % 20}" for n in range(2000))
    (folder / "people.csv").write_text("\n".join(["name,extension,address,department", *rows]))
    path = folder / "receptionist.yaml"
    path.write_text(f"{SMALL}people: people.csv\n")
    return path


def in_yaml(folder: Path) -> Path:
    """The same number of destinations written in the YAML itself."""
    folder.mkdir()
    rows = (
        f"  person-{n}: {{to: sip:{30000 + n}@pbx.example.com, department: Sales}}"
        for n in range(2000)
    )
    path = folder / "receptionist.yaml"
    path.write_text("\n".join([f"{SMALL}destinations:", *rows]))
    return path


def lines(folder: Path) -> Path:
    """300 lines with a file like the example each."""
    folder.mkdir()
    index = ["lines:"]
    for n in range(300):
        (folder / f"line{n}.yaml").write_text(EXAMPLE.read_text("utf-8"))
        index.append(f'  "+1415555{n:04}": line{n}.yaml')
    path = folder / "receptionist.yaml"
    path.write_text("\n".join([*index, "unknown_number: refuse"]))
    return path


def measure(what: str, work: Callable[[], object]) -> None:
    """Print the median and the worst of some rounds."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    print(f"{what:44} median {statistics.median(times):8.2f} ms   worst {max(times):8.2f} ms")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        numbers = people(folder / "numbers", lambda n: f"+1212555{n:04}")
        extensions = people(folder / "sip", lambda n: f"sip:{30000 + n}@pbx.example.com")
        written = in_yaml(folder / "yaml")
        many = lines(folder / "lines")
        measure("the example file", lambda: load(EXAMPLE, {}))
        measure("2,000 people with numbers", lambda: load(numbers, {}))
        measure("2,000 people with SIP extensions", lambda: load(extensions, {}))
        measure("2,000 destinations in YAML", lambda: load(written, {}))
        measure("300 lines in 300 files", lambda: load(many, {}))
        later = time.time_ns() + 10**12
        live = LiveBusiness(many, env={}, now_ns=lambda: later)
        measure("a call's look for changes in 301 files", live.current)


if __name__ == "__main__":
    main()
