"""A new message, by the first way that is open."""

from __future__ import annotations

from flowcord.errors import EphemeralError
from flowcord.wire.answer import Answer
from flowcord.wire.endpoint import Callback, Wire
from flowcord.wire.payload import Payload, ephemeral
from flowcord.wire.route import Route

__all__ = ("post",)


async def post(wire: Wire, answer: Answer | None, route: Route, data: Payload) -> Route:
    """Send a new message, as visible as `route` says: as the answer, after it, or in the channel.

    Gives the message's own route, which is `route` unless a placeholder was waiting for it. Raises
    `EphemeralError` where no interaction takes a message for one user.
    """
    if route.ephemeral:
        data = ephemeral(data)
    if answer is not None and await answer.respond(Callback.MESSAGE, data):
        route.message_id = answer.message_id
        answer.lend_to(route)
    elif answer is not None and answer.given:
        return await _follow(wire, answer, route, data)
    elif route.ephemeral:
        raise EphemeralError("no interaction is there to be answered by a message that one user sees alone")
    else:
        route.message_id = await wire.send(route.channel_id, data)
    return route


async def _follow(wire: Wire, answer: Answer, route: Route, data: Payload) -> Route:
    """After an answer that was given: in the placeholder if it is one of the same visibility."""
    interaction = answer.interaction
    placeholder = answer.take_placeholder()
    if placeholder is None:
        route.message_id = await wire.followup(interaction, data)
    elif placeholder.ephemeral == route.ephemeral:
        await wire.edit(placeholder, data)
        return placeholder
    else:
        route.message_id = await answer.supersede(placeholder, data)
    route.adopt(interaction.application_id, interaction.token, answer.arrived)
    return route
