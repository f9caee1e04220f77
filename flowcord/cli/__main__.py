"""`python -m flowcord.cli`, where the `flowcord` script is not on the path."""

from __future__ import annotations

from flowcord.cli.main import app

__all__ = ()

if __name__ == "__main__":
    app(prog_name="flowcord")
