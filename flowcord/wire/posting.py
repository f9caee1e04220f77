"""A new message, by the first way that is open."""

from __future__ import annotations

from flowcord.errors import EphemeralError
from flowcord.wire.answer import Answer
from flowcord.wire.endpoint import Callback, Wire
from flowcord.wire.payload import Payload, ephemeral
from flowcord.wire.route import Route

__all__ = ("post",)


async def post(
    wire: Wire, answer: Answer | None, route: Route, data: Payload, *, before: Route | None = None
) -> Route:
    """Send a new message, as visible as `route` says: as the answer, after it, or in the channel.

    `before` is the message it takes the place of; its token sends to the one user that sees it. Gives the new
    message's own route, which is `route` unless a placeholder was waiting for it. Raises `EphemeralError`
    where nothing leads to one user alone.
    """
    if route.ephemeral:
        data = ephemeral(data)
    if answer is not None and await answer.respond(Callback.MESSAGE, data):
        route.message_id = answer.message_id
        answer.lend_to(route)
    elif answer is not None and answer.given:
        return await _follow(wire, answer, route, data)
    elif not route.tokens_only:
        route.message_id = await wire.send(route.channel_id, data)
    elif before is not None and (before.ephemeral or not route.ephemeral):
        route.message_id = await wire.follow(before, data)
        route.inherit(before)
    else:
        raise EphemeralError("no interaction is there to be answered by a message that one user sees alone")
    return route


async def _follow(wire: Wire, answer: Answer, route: Route, data: Payload) -> Route:
    """After an answer that was given: in the placeholder if it is one of the same visibility."""
    interaction = answer.interaction
    placeholder = await answer.find_placeholder() if route.ephemeral else answer.take_placeholder()
    if placeholder is None:
        route.message_id = await wire.followup(interaction, data)
    elif placeholder.ephemeral == route.ephemeral:
        await wire.edit(placeholder, data)
        placeholder.in_channel = route.in_channel
        return placeholder
    else:
        route.message_id = await answer.supersede(placeholder, data)
    route.adopt(interaction.application_id, interaction.token, answer.arrived)
    return route
