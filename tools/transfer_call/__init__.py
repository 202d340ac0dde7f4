"""Put phone callers through from a LiveKit voice agent to a human, by SIP REFER.

`TransferCallToolset` gives an agent the tool ``transfer_call``; `KeypadMenu` adds keys beside
it. Both need a `Directory`. Fakes to test with are in `transfer_call.testing`, the operator's
YAML file in `transfer_call.business`. Everything else is private.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .adapters.livekit_api import LiveKitTelephony
    from .adapters.memory_record import MemoryRecord
    from .call import Call, NoCallerError
    from .directory import (
        CallFacts,
        Destination,
        Directory,
        DirectoryError,
        Override,
        Resolved,
        ResolveError,
        Resolver,
        Schedule,
        TargetError,
        TransferTarget,
    )
    from .events import (
        AnnouncementEnd,
        AnnouncementEnded,
        AttemptEnded,
        AttemptStarted,
        CallEnded,
        Event,
        LanguageChosen,
        Listener,
        TransferEnded,
        TransferRequested,
    )
    from .keypad import Menu, MenuError, Menus
    from .keypad.attached import KeypadMenu
    from .policy import DiallingPolicy, PolicyError
    from .record import (
        AttemptRow,
        CallRow,
        NotCounted,
        RateExceeded,
        Rates,
        Record,
        Remembered,
        SentBefore,
    )
    from .toolset import TransferCallToolset
    from .transfer.outcome import Outcome, Responsible, Verdict
    from .transfer.request import Attempt, Skipped, Source, TransferRequest, TransferResult
    from .transfer.telephony import Refer, Reply, ReplyKind, Telephony
    from .voice.phrases import Phrases
    from .voice.rendering import PhraseAudio
    from .voice.session_voice import Audio

__all__ = [
    "AnnouncementEnd",
    "AnnouncementEnded",
    "Attempt",
    "AttemptEnded",
    "AttemptRow",
    "AttemptStarted",
    "Audio",
    "Call",
    "CallEnded",
    "CallFacts",
    "CallRow",
    "Destination",
    "DiallingPolicy",
    "Directory",
    "DirectoryError",
    "Event",
    "KeypadMenu",
    "LanguageChosen",
    "Listener",
    "LiveKitTelephony",
    "MemoryRecord",
    "Menu",
    "MenuError",
    "Menus",
    "NoCallerError",
    "NotCounted",
    "Outcome",
    "Override",
    "PhraseAudio",
    "Phrases",
    "PolicyError",
    "RateExceeded",
    "Rates",
    "Record",
    "Refer",
    "Remembered",
    "Reply",
    "ReplyKind",
    "ResolveError",
    "Resolved",
    "Resolver",
    "Responsible",
    "Schedule",
    "SentBefore",
    "Skipped",
    "Source",
    "TargetError",
    "Telephony",
    "TransferCallToolset",
    "TransferEnded",
    "TransferRequest",
    "TransferRequested",
    "TransferResult",
    "TransferTarget",
    "Verdict",
]

# Imported when they are asked for (PEP 562): who reads the business file or the record need not
# wait until LiveKit's libraries are loaded.
_HOMES = {
    ".adapters.livekit_api": ("LiveKitTelephony",),
    ".adapters.memory_record": ("MemoryRecord",),
    ".call": ("Call", "NoCallerError"),
    ".directory": (
        "CallFacts",
        "Destination",
        "Directory",
        "DirectoryError",
        "Override",
        "Resolved",
        "ResolveError",
        "Resolver",
        "Schedule",
        "TargetError",
        "TransferTarget",
    ),
    ".events": (
        "AnnouncementEnd",
        "AnnouncementEnded",
        "AttemptEnded",
        "AttemptStarted",
        "CallEnded",
        "Event",
        "LanguageChosen",
        "Listener",
        "TransferEnded",
        "TransferRequested",
    ),
    ".keypad": ("Menu", "MenuError", "Menus"),
    ".keypad.attached": ("KeypadMenu",),
    ".policy": ("DiallingPolicy", "PolicyError"),
    ".record": (
        "AttemptRow",
        "CallRow",
        "NotCounted",
        "RateExceeded",
        "Rates",
        "Record",
        "Remembered",
        "SentBefore",
    ),
    ".toolset": ("TransferCallToolset",),
    ".transfer.outcome": ("Outcome", "Responsible", "Verdict"),
    ".transfer.request": ("Attempt", "Skipped", "Source", "TransferRequest", "TransferResult"),
    ".transfer.telephony": ("Refer", "Reply", "ReplyKind", "Telephony"),
    ".voice.phrases": ("Phrases",),
    ".voice.rendering": ("PhraseAudio",),
    ".voice.session_voice": ("Audio",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOME_OF[name], __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
