"""`flowcord`, the command line."""

from __future__ import annotations

from flowcord.cli.main import app

__all__ = ("app",)
