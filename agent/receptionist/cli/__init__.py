"""The command ``receptionist``."""

from __future__ import annotations


def main() -> None:
    """Run the command line; see ``receptionist --help``."""
    # Job processes import the main module again, and with it this package: what only the
    # command line needs stays out of them.
    from .app import app

    app()
