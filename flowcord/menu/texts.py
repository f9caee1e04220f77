"""Every sentence FlowCord itself shows to users."""

from __future__ import annotations

from dataclasses import dataclass, fields

from flowcord.errors import DefinitionError

__all__ = ("Texts",)

#: What is filled into which text.
_FILLED = {
    "error": "incident",
    "unavailable": "incident",
    "unavailable_check": "incident",
    "expired": "command",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The framework's texts, each replaceable: `FlowCord(client, texts=Texts(back="Zurück"))`.

    `{incident}` is the id under which the log has the details; `{command}` is the slash command's mention.
    """

    back: str = "Back"
    cancel: str = "Cancel"
    closed: str = "*Menu closed*"
    timeout: str = "*This interaction has timed out.*"
    error: str = "Something went wrong. If it keeps happening, report this code: `{incident}`"
    shutdown: str = "*The bot is restarting. Please run the command again in a moment.*"
    expired: str = "This menu is no longer active. Run {command} to go on."
    expired_unnamed: str = "This menu is no longer active."
    open_again: str = "Open again"
    stale: str = "That button belongs to an earlier page of this menu."
    refused: str = "This menu belongs to somebody else."
    busy: str = "One moment: your last clicks are still being handled."
    guard: str = "That is not possible right now."
    unavailable: str = (
        "Saved data can't be reached right now. Nothing was changed. Please try again in a moment. "
        "(`{incident}`)"
    )
    unavailable_check: str = (
        "Saved data can't be reached right now. Part of your change may have been saved: please check. "
        "(`{incident}`)"
    )

    def __post_init__(self) -> None:
        """Refuse a text that nobody could be shown: it would fail when something else has failed already."""
        for field in fields(self):
            text: object = getattr(self, field.name)
            if not isinstance(text, str) or not text:
                raise DefinitionError(f"Texts.{field.name} is a sentence, not {text!r}")
            filled = _FILLED.get(field.name)
            if filled is None:
                continue
            try:
                text.format(**{filled: ""})
            except (LookupError, ValueError, AttributeError):
                raise DefinitionError(
                    f"Texts.{field.name} cannot be filled in: it may have {{{filled}}}, and other braces are "
                    f"written twice: {text!r}"
                ) from None
