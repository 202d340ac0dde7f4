"""How fast and how well a name is found in a large directory.

Run with ``python -m bench.find``. The baseline, in the same run, is what one would write at first:
`rapidfuzz.process.extract` over all names, and the first hit.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rapidfuzz import process

from transfer_call.directory import Choices, Destination, Directory, Match

FIRST = """
Aaron Abigail Adam Adrian Aisha Alan Albert Alejandro Alexander Alice Amanda Amelia Amir Amy
Ana Andrea Andrew Angela Anita Anna Anne Anthony Antonio Arthur Ayse Barbara Beatriz Benjamin
Bernd Brandon Brian Bruno Camille Carla Carlos Carmen Caroline Catherine Charles Charlotte
Chloe Christian Christine Christopher Claire Claudia Cynthia Daniel David Deborah Denise Diana
Diego Dominic Donna Dorothy Edward Elena Elizabeth Emily Emma Eric Erik Eva Fatima Felix
Fernando Florian Frances Francisco Frank Gabriel George Grace Gregory Hannah Harold Heather
Helen Henry Ian Ibrahim Ines Isabel Jacob James Jan Jane Javier Jean Jennifer Jessica Joan John
Jonathan Jorge Jose Joseph Joshua Juan Judith Julia Julien Justin Karen Karl Katherine Kathryn
Kenneth Kevin Kim Kyle Larry Laura Lawrence Leila Leon Lisa Louis Lucas Lucia Luis Luke Manuel
Marc Margaret Maria Marie Mark Martin Mary Matthew Max Mehmet Melissa Michael Michelle Miguel
Mohamed Monika Nancy Natalie Nathan Nicholas Nicole Nina Noah Nora Olga Oliver Olivia Omar
Oscar Pamela Patricia Patrick Paul Paula Peter Petra Philip Pierre Rachel Rafael Rebecca Renate
Ricardo Richard Robert Rosa Ruth Ryan Samuel Sandra Sara Sarah Scott Sean Sebastian Sharon
Simon Sofia Sonja Sophie Stefan Stephen Steven Susan Teresa Theo Thomas Timothy Tina Tom Ursula
Victor Victoria Vincent Walter William Yasmin Yusuf Zoe
""".split()
STEMS = """
Ach Al Ander Arm Bach Bal Bar Baum Beck Bel Ber Black Blu Bor Brand Brom Buck Burn Cal Car Chan
Clar Col Cor Crow Dal Dan Del Den Dor Dun Eber Eck Eich Ell Fal Far Fern Fisch Fitz Fran Gar
Ger Gil Gold Gra Grun Gut Hal Ham Har Hart Haw Hein Hel Hoff Hol Hor Hum Ja Jan Jor Kal Kar
Kauf Kel Ker Kin Klein Kol Kow Kra Lan Lang Lau Lem Len Lin Lob Lom Luk Mac Mal Man Mar Mat Mei
Mer Mil Mon Mor Mul Nak Neu Nor Now Ober Ol Ort Pal Par Pat Pen Per Pet Pic Por Pow Ram Ras Rei
Ren Rich Rob Rod Ros Roth Sal San Schu Schwar Sel Sha Sim Sol Stein Sto Sul Tan Tay Tho Tor Tur
Val Van Ver Vil Vogel Wal War Wat Wein Wes Whit Wil Win Wol Yam Zan Zim
""".split()
ENDINGS = """
ack aldo ana ard aro bach bauer beck berg bert bach bury by chez cott dale den der dez din dorf
dow ell elli er ers es ett ez feld field finger ford gado garten ger gio gman ham hardt haus
hoff holm holz ichi idge in ina ing ini ino inski ita ito ke ken kin king kins ko ler ley lin
ling ll lock low mann man mas meier mer mond more ner ney nez ni nik off oni or os ova ovic
owski quez rell rich ridge rios ro rot sen ser shaw smith son sson stein sten stone strom ter
thal ther ton tti ua uez uk vale van vel ville wald wall ward way well wick win witz wood worth
yama yer zak zer zi
""".split()
DEPARTMENTS = (
    "Accounting Billing Claims Engineering Facilities Legal Marketing Sales Support".split()
)


@dataclass(frozen=True, slots=True)
class Question:
    said: str
    meant: str


def directory_of(size: int, seed: int) -> Directory:
    """People with distinct full names; the common first and last names are common here too."""
    dice = random.Random(seed)
    last = sorted({stem + ending for stem in STEMS for ending in ENDINGS})
    dice.shuffle(last)
    names: dict[str, None] = {}
    while len(names) < size:
        first = FIRST[int(len(FIRST) * dice.random() ** 1.7)]
        names[f"{first} {last[int(len(last) * dice.random() ** 2.2)]}"] = None
    return Directory(
        [
            Destination(
                name=name,
                to=f"sip:{1000 + place}@pbx.example.com",
                department=dice.choice(DEPARTMENTS),
                extension=str(100000 + place),
            )
            for place, name in enumerate(names)
        ]
    )


def misheard(name: str, dice: random.Random) -> str:
    """One letter as speech recognition gets it wrong: another spelling of nearly the same."""
    swaps = [
        (a, b)
        for a, b in (
            *(("c", "k"), ("k", "c"), ("f", "ph"), ("ph", "f"), ("z", "s"), ("s", "z")),
            *(("ei", "ai"), ("ie", "y"), ("y", "i"), ("i", "y"), ("ll", "l"), ("nn", "n")),
            *(("mm", "m"), ("tt", "t"), ("m", "n"), ("n", "m"), ("d", "t"), ("b", "p"), ("v", "w")),
            *(("er", "a"), ("ou", "u"), ("th", "t"), ("a", "e"), ("e", "a"), ("o", "u")),
        )
        if a in name[1:]
    ]
    if not swaps:
        return name
    old, new = dice.choice(swaps)
    return name[0] + name[1:].replace(old, new, 1)


def questions(directory: Directory, seed: int, count: int) -> Iterator[tuple[str, list[Question]]]:
    dice = random.Random(seed)
    names = [dice.choice(directory.names) for _ in range(count)]
    yield "full name", [Question(name.lower(), name) for name in names]
    yield "misheard", [Question(misheard(name, dice), name) for name in names]
    yield "last name", [Question(name.split()[1], name) for name in names]
    yield (
        "spelled",
        [
            Question(f"{name.split()[0]} {' '.join(name.split()[1].upper())}", name)
            for name in names
        ],
    )
    yield (
        "with department",
        [
            Question(f"{misheard(name, dice)} in {directory[name].department}", name)
            for name in names
        ],
    )
    stranger = [
        f"{dice.choice(FIRST)} {dice.choice(STEMS)}{dice.choice('aeiou')}{dice.choice(ENDINGS)}"
        for _ in range(count)
    ]
    yield "not there", [Question(name, "") for name in stranger if name not in directory]


def ours(directory: Directory, said: str) -> tuple[str, ...]:
    found = directory.find(said)
    if isinstance(found, Match):
        return (found.destination.name,)
    if isinstance(found, Choices):
        more = ("more",) if found.total > len(found.candidates) else ()
        return ("?", *(one.name for one in found.candidates), *more)
    return ()


def naive(names: tuple[str, ...]) -> Callable[[Directory, str], tuple[str, ...]]:
    def find(directory: Directory, said: str) -> tuple[str, ...]:
        hits = process.extract(said, names, limit=3, score_cutoff=60)
        return (hits[0][0],) if hits else ()

    return find


def report(
    label: str, kind: str, asked: list[Question], find: Callable[[str], tuple[str, ...]]
) -> None:
    seconds, right, question, wrong, nothing = [], 0, 0, 0, 0
    for one in asked:
        began = time.perf_counter()
        found = find(one.said)
        seconds.append(time.perf_counter() - began)
        if not found:
            nothing += 1
        elif found[0] == "?" and (not one.meant or one.meant in found or "more" in found):
            question += 1
        elif found == (one.meant,):
            right += 1
        else:
            wrong += 1
    of = len(asked) / 100
    median, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    print(
        f"{kind:16} {label:7} {median * 1e3:9.2f} {p95 * 1e3:8.2f} {right / of:8.1f} "
        f"{question / of:8.1f} {nothing / of:8.1f} {wrong / of:8.1f}"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=300, help="questions of each kind")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("sizes", type=int, nargs="*", default=[2000, 20000])
    chosen = arguments.parse_args()
    for size in chosen.sizes:
        began = time.perf_counter()
        directory = directory_of(size, chosen.seed)
        built = time.perf_counter() - began
        began = time.perf_counter()
        directory.find("warm")
        indexed = time.perf_counter() - began
        print(f"\n{size} names: checked in {built:.2f} s, indexed in {indexed:.2f} s")
        print(
            f"{'said':16} {'':7} {'median ms':>9} {'p95 ms':>8} {'right %':>8} {'asked %':>8} "
            f"{'none %':>8} {'wrong %':>8}"
        )
        baseline = naive(directory.names)
        for kind, asked in questions(directory, chosen.seed, chosen.count):
            report("ours", kind, asked, lambda said: ours(directory, said))  # noqa: B023
            report("naive", kind, asked, lambda said: baseline(directory, said))  # noqa: B023


if __name__ == "__main__":
    main()
