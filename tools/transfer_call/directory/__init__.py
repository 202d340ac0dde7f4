"""Who can be reached, when, and in which order. No I/O and no clock: times are arguments."""

from .destination import CallFacts, Destination, Resolved, ResolveError, Resolver
from .directory import Directory
from .explain import Hop, explain
from .faults import DirectoryError, Fault
from .find import Choices, Found, Match, NoMatch
from .hours import Schedule
from .index import FoundBy
from .llm_view import LlmView, llm_view
from .opening import OpeningFacts, opening_facts
from .override import Override
from .route import Route, Step, Stop
from .target import TargetError, TransferTarget

__all__ = [
    "CallFacts",
    "Choices",
    "Destination",
    "Directory",
    "DirectoryError",
    "Fault",
    "Found",
    "FoundBy",
    "Hop",
    "LlmView",
    "Match",
    "NoMatch",
    "OpeningFacts",
    "Override",
    "ResolveError",
    "Resolved",
    "Resolver",
    "Route",
    "Schedule",
    "Step",
    "Stop",
    "TargetError",
    "TransferTarget",
    "explain",
    "llm_view",
    "opening_facts",
]
