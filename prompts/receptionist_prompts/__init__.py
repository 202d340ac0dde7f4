"""How the receptionist's LLM is instructed: markdown files, and `Prompts`, which fills them in."""

from __future__ import annotations

from .prompts import PromptError, PromptFault, Prompts, names

__all__ = ["PromptError", "PromptFault", "Prompts", "names"]
