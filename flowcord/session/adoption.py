"""Adoption: a message that is there already becomes the live one of a new session (`edit=`)."""

from __future__ import annotations

from typing import Any, NamedTuple

import discord

from flowcord.errors import DefinitionError, EphemeralError
from flowcord.wire.answer import Answer, Punctual
from flowcord.wire.foreign import Foreign
from flowcord.wire.route import Route, sees_channel

__all__ = ("Adoptable", "Adopted", "adopt", "check_author", "is_ephemeral")

#: What `edit=` takes.
Adoptable = discord.Message | discord.PartialMessage


class Adopted(NamedTuple):
    """A message that becomes a menu: the way to it, and what it shows so far."""

    route: Route
    found: Foreign


def is_ephemeral(message: Adoptable) -> bool:
    """Whether only one user sees it. Nobody has a `PartialMessage` of such a message."""
    return isinstance(message, discord.Message) and message.flags.ephemeral


def adopt(message: Adoptable, answer: Answer | None, punctual: Punctual) -> Adopted:
    """`message` and the way to it, with the automatic defer of the interaction that opens the session, if one
    does.

    Raises `EphemeralError` if no token at hand addresses it.
    """
    interaction = None if answer is None else answer.interaction
    in_channel = interaction is None or sees_channel(interaction)
    route = Route(message.channel.id, message.id, ephemeral=is_ephemeral(message), in_channel=in_channel)
    clicked = interaction is not None and _clicked(interaction, message)
    answered = interaction is not None and _answered(interaction, message)
    if route.ephemeral and not (clicked or answered):
        raise EphemeralError(
            "edit= an ephemeral message: only the interaction whose message or answer it is reaches it"
        )
    if answer is not None:
        if clicked:  # the message itself becomes the answer
            answer.guard(punctual, late=True)
        elif answered:
            route.adopt(answer.interaction.application_id, answer.interaction.token, answer.arrived)
        else:  # a placeholder, which goes when the message has been edited
            answer.promise(punctual, ephemeral=True)
    return Adopted(route, Foreign(message))


def check_author(message: Adoptable, bot: discord.ClientUser | None) -> None:
    """Raise `DefinitionError` for what is no message, and for somebody else's, which no bot can edit."""
    if not isinstance(message, discord.Message | discord.PartialMessage):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DefinitionError(f"edit= takes a message, not {message!r}")
    if isinstance(message, discord.Message) and bot is not None and message.author.id != bot.id:
        raise DefinitionError(f"edit= takes a message of the bot's, and this is by {message.author}")


def _clicked(interaction: discord.Interaction[Any], message: Adoptable) -> bool:
    return interaction.message is not None and interaction.message.id == message.id


def _answered(interaction: discord.Interaction[Any], message: Adoptable) -> bool:
    made_by = message.interaction_metadata if isinstance(message, discord.Message) else None
    return made_by is not None and made_by.id == interaction.id
