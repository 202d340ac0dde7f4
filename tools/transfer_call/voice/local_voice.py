"""A voice without a network: flite for English, espeak-ng for the rest.

Both run as separate programs, espeak-ng because it is GPL, and get their text in a file of a
private folder: a name can never become an option, nor show in the list of processes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .sound import Pcm, SoundError, from_wav

RENDER_SECONDS = 10.0
"""How long a program may take for one sentence; usually it takes a tenth of a second."""
LONGEST_TEXT = 1000

_MARKUP = re.compile(r"[\[\]<>{}|\\^`~]+")
"""What espeak-ng could take for phonemes or markup; nobody says any of it."""


class RenderError(Exception):
    """A sentence could not be rendered; the text is for the operator and holds none of it."""


class Renderer(Protocol):
    """Makes speech of text."""

    def voice_id(self, language: str) -> str:
        """The voice for a language and its settings: other audio, other id.

        Raises:
            RenderError: There is no voice for it.
        """
        ...

    async def render(self, text: str, language: str) -> Pcm:
        """Speak one sentence.

        Args:
            text: What to say.
            language: A BCP 47 tag.

        Raises:
            RenderError: It cannot be spoken.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Voice:
    """A program, which has to take its text by ``-f FILE``.

    Attributes:
        program: Its name.
        arguments: What makes it sound as it should.
        output: The option that names the file to write.
        ascii_only: Whether it knows no letters but those of ASCII.
    """

    program: str
    arguments: tuple[str, ...]
    output: str
    ascii_only: bool = False


def _flite(voice: str, stretch: float) -> _Voice:
    arguments = ("-voice", voice, "--setf", f"duration_stretch={stretch}")
    return _Voice("flite", arguments, "-o", ascii_only=True)


def _espeak(voice: str, words_per_minute: int, pitch: int) -> _Voice:
    # "-b 1": the text is UTF-8.
    arguments = ("-v", voice, "-s", str(words_per_minute), "-p", str(pitch), "-b", "1")
    return _Voice("espeak-ng", arguments, "-w")


# A little slower than either program's default: a caller cannot ask a menu to repeat a word.
_VOICES: Mapping[str, _Voice] = {
    "en": _flite("slt", 1.1),
    "es": _espeak("es-419", 150, 45),
    "es-es": _espeak("es", 150, 45),
    "fr": _espeak("fr-fr", 150, 45),
    "fr-be": _espeak("fr-be", 150, 45),
    "fr-ch": _espeak("fr-ch", 150, 45),
    "de": _espeak("de", 140, 45),
}


class LocalVoice:
    """Renders with the programs flite and espeak-ng."""

    def __init__(self, *, path: str | None = None) -> None:
        """Look for the programs when they are needed, not now.

        Args:
            path: Where to look for them; default: ``PATH``.
        """
        self._path = path

    def voice_id(self, language: str) -> str:
        """The program and how it is told to sound; see `Renderer.voice_id`."""
        voice = _voice(language)
        return " ".join((voice.program, *voice.arguments))

    def missing(self, languages: Iterable[str]) -> list[str]:
        """What must be installed to speak `languages`, as advice; ``[]`` when nothing is."""
        programs = {_voice(language).program for language in languages}
        return [_advice(p) for p in sorted(programs) if not shutil.which(p, path=self._path)]

    async def render(self, text: str, language: str) -> Pcm:
        """Speak one sentence; see `Renderer.render`.

        Raises:
            RenderError: The program is missing, fails or takes longer than `RENDER_SECONDS`, or
                the text holds nothing that can be said.
        """
        voice = _voice(language)
        said = speakable(text, ascii_only=voice.ascii_only)
        program = shutil.which(voice.program, path=self._path)
        if program is None:
            raise RenderError(_advice(voice.program))
        folder = await asyncio.to_thread(_folder_with, said)
        try:
            text_file, audio_file = folder / "text", folder / "speech.wav"
            await _run(program, *voice.arguments, "-f", text_file, voice.output, audio_file)
            return from_wav(await asyncio.to_thread(audio_file.read_bytes))
        except (OSError, SoundError):
            raise RenderError(f"{voice.program} wrote no audio") from None
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def speakable(text: str, *, ascii_only: bool = False) -> str:
    """The text with nothing left in it but what is said.

    Args:
        text: A sentence, names from anywhere in it.
        ascii_only: Whether the voice knows no other letters: ``"José"`` is then ``"Jose"``.

    Raises:
        RenderError: Nothing is left, or it is longer than `LONGEST_TEXT` characters.
    """
    text = unicodedata.normalize("NFKC", text).replace("’", "'")
    if ascii_only:
        text = text.replace("ß", "ss").replace("&", " and ")
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    text = _MARKUP.sub(" ", text)
    said = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not any(c.isalnum() for c in said):
        raise RenderError("the text holds nothing that this voice can say")
    if len(said) > LONGEST_TEXT:
        raise RenderError(f"the text is longer than {LONGEST_TEXT} characters")
    return said


def _folder_with(text: str) -> Path:
    """A new folder that only we can read, with the text in it."""
    folder = None
    try:
        folder = Path(tempfile.mkdtemp(prefix="voice-"))
        (folder / "text").write_text(f"{text}\n", "utf-8")
    except OSError as error:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        raise RenderError(f"no temporary file can be written: {error.strerror}") from None
    return folder


async def _run(program: str, *arguments: str | Path) -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        )
    except OSError as error:
        raise RenderError(f"{Path(program).name} cannot be run: {error.strerror}") from None
    try:
        await asyncio.wait_for(process.wait(), RENDER_SECONDS)
    except TimeoutError:
        raise RenderError(f"{Path(program).name} took more than {RENDER_SECONDS:g} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0:
        raise RenderError(f"{Path(program).name} ended with code {process.returncode}")


def _voice(language: str) -> _Voice:
    tag = language.replace("_", "-").casefold()
    voice = _VOICES.get(tag) or _VOICES.get(tag.partition("-")[0])
    if voice is None:
        raise RenderError(f"there is no local voice for the language {language!r}")
    return voice


def _advice(program: str) -> str:
    spoken = sorted({tag[:2] for tag, voice in _VOICES.items() if voice.program == program})
    return (
        f"{program} is not installed; it speaks {', '.join(spoken)}. "
        f"Debian and Ubuntu: apt-get install {program}"
    )
