"""Write a hotel of 2,000 telephones: `python make_hotel.py [FOLDER]`.

A front desk and departments in hotel.yaml, rooms and staff in people.csv.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

FLOORS, ROOMS, STAFF = 24, 75, 200

FIRST = (
    "Ana Ben Carla Diego Elena Farid Grace Hugo Ines Jonas Karim Lucía Mei Noah Olga Pavel Quinn "
    "Rosa Samir Tara Ugo Vera Wei Xenia Yusuf Zoe"
).split()
LAST = (
    "Álvarez Baker Costa Dubois Eriksen Fischer García Haddad Ivanov Jensen Kowalski López Meyer "
    "Nguyen O'Brien Park Quintero Rossi Schmidt Takahashi Umar Vargas Weiss Xu Young Zhang"
).split()
DEPARTMENTS = ("Housekeeping", "Kitchen", "Events", "Engineering", "Spa", "Management")

HOTEL = """\
# A hotel of 2,000 telephones. Written by make_hotel.py, like people.csv beside it.
business:
  name: Grand Hotel Miramar
  country: ES
  timezone: Europe/Madrid
  language: en
  numbers: ["+34910000100"]
operator: front-desk
people: people.csv

destinations:
  front-desk:
    to: [sip:9000@pbx.miramar.example, sip:9001@pbx.miramar.example]
    rotate: true
    description: check-in, check-out, anything else
    spoken: the front desk
    aliases: [reception, lobby]
    key: "0"
  reservations:
    to: sip:9100@pbx.miramar.example
    description: new bookings, changes, prices
    aliases: [bookings]
    key: "1"
    hours: "07:00-23:00"
    otherwise: front-desk
  restaurant:
    to: sip:9200@pbx.miramar.example
    description: tables, opening times, the menu
    key: "2"
    hours: "12:00-23:30"
    otherwise: front-desk
  room-service:
    to: sip:9300@pbx.miramar.example
    description: food and drink in the room
    key: "3"
    otherwise: restaurant

keypad:
  menus:
    main:
      keys:
        "1": reservations
        "2": restaurant
        "3": room-service
        "5": {to: front-desk, label: the front desk}
        "8": dial name
      direct_dial: true
      otherwise: front-desk
"""


def people() -> list[tuple[str, str, str, str]]:
    """Every room and every member of staff: name, extension, address, department."""
    chance = random.Random(2026)
    rows = []
    for floor in range(1, FLOORS + 1):
        for room in range(1, ROOMS + 1):
            number = f"{floor}{room:02}"
            extension = f"6{floor:02}{room:02}"
            rows.append(
                (f"Room {number}", extension, f"sip:{extension}@pbx.miramar.example", "Rooms")
            )
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    for index, name in enumerate(chance.sample(names, STAFF)):
        extension = f"8{index:03}"
        department = DEPARTMENTS[index % len(DEPARTMENTS)]
        rows.append((name, extension, f"sip:{extension}@pbx.miramar.example", department))
    return rows


def make(folder: Path) -> Path:
    """Write the hotel into `folder` and return its business file."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("name", "extension", "address", "department"))
        writer.writerows(people())
    business = folder / "hotel.yaml"
    business.write_text(HOTEL, encoding="utf-8")
    return business


if __name__ == "__main__":
    written = make(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent))
    sys.stdout.write(f"{written}\n")
