"""`flowcord preview`: a bot in the browser, on a simulated Discord in which time passes.

Importing this package imports nothing; simcord, which is an extra, is imported by its modules.
"""

from __future__ import annotations

__all__ = ()
