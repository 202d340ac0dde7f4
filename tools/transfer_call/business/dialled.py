"""From a dialled number, in whatever form a carrier gives it, to a line's name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..directory.number_like import claimed_number


class Dialled:
    """Which line answers which number."""

    def __init__(
        self, lines: Mapping[str, str], otherwise: str | None, countries: Collection[str] = ()
    ) -> None:
        """Prepare the look-up.

        Args:
            lines: Dialled numbers, E.164 or as the trunk names them, to names of lines.
            otherwise: The line for every other number; ``None`` refuses them.
            countries: ISO 3166 countries in whose form the numbers may be given.
        """
        self._lines = dict(lines)
        self._otherwise = otherwise
        self._countries = tuple(countries)

    def line(self, called: str) -> str | None:
        """The name of the line for `called`, or ``None`` to refuse the call."""
        if called in self._lines:
            return self._lines[called]
        # The same digits can be numbers of two countries: then neither is what was dialled.
        found = {
            self._lines[number]
            for country in self._countries
            if (number := claimed_number(called, country)) in self._lines
        }
        return found.pop() if len(found) == 1 else self._otherwise
