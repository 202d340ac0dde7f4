"""The fixed words a caller hears, per language, with the operator's own in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..transfer.outcome import Outcome
from .in_language import InLanguage
from .names import SpokenName
from .phrase_data import LANGUAGES, NAMES, PhraseData, base_language, checked, phrase_keys

__all__ = ["LANGUAGES", "Phrases", "base_language", "phrase_keys"]

_APOLOGISED = frozenset(
    {Outcome.BUSY, Outcome.NO_ANSWER, Outcome.DECLINED, Outcome.UNREACHABLE, Outcome.CLOSED}
)


class Phrases:
    """The words of one language.

    Methods return sentences to be said one after the other. Each is complete by itself and comes
    from a closed set (keys times names), so that each can be rendered before the first call. A
    name that is not known, or not worth rendering, is ``""``: the words then do without it.

    Attributes:
        language: The language of the words, one of `LANGUAGES`.
    """

    def __init__(
        self, language: str, overrides: Mapping[str, str | Sequence[str]] | None = None
    ) -> None:
        """Take the words of `language`.

        Args:
            language: A BCP 47 tag; regions share their language's words.
            overrides: The operator's sentences by key, with the placeholders of `phrase_keys`.

        Raises:
            ValueError: An unknown language or key, a placeholder that does not belong or is
                missing, an empty or overlong sentence; the text names it.
        """
        self.language = base_language(language)
        self._data = PhraseData.of(self.language)
        self._sentences = dict(self._data.sentences)
        for key, own in (overrides or {}).items():
            self._sentences[key] = checked(key, own, self._data.placeholders)

    @property
    def placeholders(self) -> Mapping[str, frozenset[str]]:
        """The placeholders of every key."""
        return self._data.placeholders

    def sentences(self, phrase: str, /, **values: str) -> list[str]:
        """The sentences of one phrase with its placeholders filled."""
        return [_capital(text) for text in self._fill(phrase, values)]

    def greeting(self, business: str = "") -> list[str]:
        """Welcome the caller."""
        return self._named("greeting", "business", business)

    def automated(self) -> list[str]:
        """Say that a machine speaks."""
        return self.sentences("automated")

    def recorded(self) -> list[str]:
        """Say that the call is being recorded."""
        return self.sentences("recorded")

    def emergency(self, number: str = "") -> list[str]:
        """Tell a caller in danger whom to call; `number` in digits, each said by itself."""
        return self._named("emergency", "number", " ".join(number))

    def bear_with_me(self) -> list[str]:
        """Break a silence in which the caller waits for an answer."""
        return self.sentences("bear_with_me")

    def call_limit(self) -> list[str]:
        """Say that the call has lasted as long as calls may."""
        return self.sentences("call_limit")

    def announce(self, label: str = "") -> list[str]:
        """Say where the caller is put through to, before the REFER."""
        return self._named("announce", "label", label)

    def confirm(self, label: str = "") -> list[str]:
        """Ask whether to put the caller through."""
        return self._named("confirm", "label", label)

    def already_transferring(self, label: str = "") -> list[str]:
        """Answer a wish that comes while the caller is being put through."""
        return [*self._named("already_transferring", "label", label), *self.please_wait()]

    def please_wait(self) -> list[str]:
        """Ask the caller to stay on the line."""
        return self.sentences("please_wait")

    def still_trying(self) -> list[str]:
        """Break a long silence while a REFER is pending."""
        return self.sentences("still_trying")

    def holding_on(self) -> list[str]:
        """Answer a caller who asked to wait."""
        return self.sentences("holding_on")

    def failed(self, outcome: Outcome, label: str = "") -> list[str]:
        """Say what came of a transfer; ``[]`` where the caller is gone and nothing may be said.

        An `Outcome.UNKNOWN` is said to be unknown: nobody is told what nobody knows.
        """
        if outcome.ends_call:
            return []
        if outcome in _APOLOGISED:
            return [*self.sentences("sorry"), *self._named(outcome.value, "label", label)]
        return self.sentences(outcome.value)

    def trying_next(self, outcome: Outcome, label: str = "", next_label: str = "") -> list[str]:
        """Say in one breath why it was not `label`, and who is tried now."""
        why = self._named(outcome.value, "label", label) if outcome in _APOLOGISED else []
        return [*why, *self._named("trying_next", "label", next_label)]

    def closed(self, label: str = "", opens: str = "", reason: str = "") -> list[str]:
        """Say that nobody is there at this hour, and when somebody is.

        Args:
            label: The closed destination; ``""`` is the whole business.
            opens: `spoken_time.opening` of the next opening; ``""`` where it is not known.
            reason: Why the whole business is closed today ("Christmas Eve"), or ``""``.
        """
        if reason and not label:
            said = self.sentences("closed_reason", reason=reason)
        else:
            said = self._named("closed", "label", label)
        if opens:
            said += self.sentences("back_again" if label else "open_again", when=opens)
        return said

    def no_longer_reachable(self, label: str = "") -> list[str]:
        """Say that a caller who came back is not sent there again."""
        return [*self.sentences("returned"), *self._named("unreachable", "label", label)]

    def offer(self, labels: Sequence[str]) -> list[str]:
        """Say who else the caller can be put through to, and ask; ``[]`` for nobody."""
        if not labels:
            return []
        return [*self._list("offer", labels), *self.what_can_be_done()]

    def what_can_be_done(self) -> list[str]:
        """Ask the caller how to go on."""
        return self.sentences("what_can_be_done")

    def choose_between(self, labels: Sequence[str]) -> list[str]:
        """Ask which of a few was meant; tell namesakes apart by `in_department`."""
        return self._list("choose", labels)

    def in_department(self, label: str, department: str) -> str:
        """A person's name with what tells it apart, for use as a label."""
        if not department:
            return label
        [text] = self._fill("in_department", {"label": SpokenName(label), "department": department})
        return SpokenName(text)

    def menu_entry(self, label: str, key: str) -> list[str]:
        """Offer a destination by key: first what it does, then the key."""
        return self.sentences("menu_entry", label=label, key=key)

    def operator_entry(self, key: str) -> list[str]:
        """Offer a human by key."""
        return self.sentences("operator_entry", key=key)

    def urgent_entry(self, key: str) -> list[str]:
        """Offer what is reachable at any hour."""
        return self.sentences("urgent_entry", key=key)

    def repeat_entry(self, key: str) -> list[str]:
        """Offer to repeat the menu."""
        return self.sentences("repeat_entry", key=key)

    def back_entry(self, key: str) -> list[str]:
        """Offer to go back."""
        return self.sentences("back_entry", key=key)

    def language_entry(self, key: str) -> list[str]:
        """Offer this language, in itself, to a caller who is being spoken to in another."""
        said = self.sentences("language_entry", key=key)
        return [InLanguage(text, self.language) for text in said]

    def more_entry(self, key: str) -> list[str]:
        """Offer the rest of a long list."""
        return self.sentences("more_entry", key=key)

    def try_again_entry(self, key: str) -> list[str]:
        """Offer to try the same destination again."""
        return self.sentences("try_again_entry", key=key)

    def extension_entry(self, key: str) -> list[str]:
        """Offer dialling by extension."""
        return self.sentences("extension_entry", key=key)

    def extension_prompt(self) -> list[str]:
        """Invite the caller to dial an extension."""
        return self.sentences("extension_prompt")

    def extension_unknown(self) -> list[str]:
        """Say that nobody has an extension."""
        return self.sentences("extension_unknown")

    def name_entry(self, key: str) -> list[str]:
        """Offer dialling by name."""
        return self.sentences("name_entry", key=key)

    def name_prompt(self) -> list[str]:
        """Ask for the letters of a name."""
        return self.sentences("name_prompt")

    def name_many(self) -> list[str]:
        """Ask for more letters: too many names match."""
        return self.sentences("name_many")

    def name_unknown(self) -> list[str]:
        """Say that no name matches."""
        return self.sentences("name_unknown")

    def invalid(self) -> list[str]:
        """Say that a key does nothing here."""
        return self.sentences("invalid")

    def no_input(self) -> list[str]:
        """Prompt a silent caller."""
        return self.sentences("no_input")

    def goodbye(self) -> list[str]:
        """End the call."""
        return self.sentences("goodbye")

    def agent_trouble(self) -> list[str]:
        """Say once that speech does not work, and that keys do."""
        return self.sentences("agent_trouble")

    def _named(self, key: str, placeholder: str, name: str) -> list[str]:
        if not name:
            return self.sentences(f"{key}_unnamed")
        return self.sentences(key, **{placeholder: name})

    def _list(self, key: str, labels: Sequence[str]) -> list[str]:
        said: list[str] = []
        for label in labels:
            said += self.sentences(f"{key}_more" if said else f"{key}_first", label=label)
        return said

    def _fill(self, key: str, values: Mapping[str, str]) -> list[str]:
        data, filled = self._data, dict(values)
        for name in NAMES:
            if name in filled:
                filled[name] = data.names.spoken(filled[name])
        if "key" in filled:
            filled["key"] = data.keys.get(filled["key"], filled["key"])
        said = []
        for sentence in self._sentences[key]:
            text = sentence.format_map(filled)
            for apart, together in data.contractions.items():
                text = text.replace(apart, together)
            said.append(text)
        return said


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
