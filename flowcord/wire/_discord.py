"""Every private name of discord.py that FlowCord touches, in one place that checks itself at import.

FlowCord sends payloads it has prepared itself: a screen is compared as data before it is sent, and a click
is answered without building a view that nobody would dispatch to. discord.py's public methods build their
payloads from live objects, so the layer below them is called here: its webhook adapter, its rate limits and
its error classes do all the rest.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable
from contextvars import copy_context
from io import BytesIO
from typing import Any, cast

import discord
from discord.app_commands import Namespace
from discord.app_commands.namespace import ResolveKey
from discord.http import HTTPClient, MultipartParameters
from discord.interactions import InteractionResponse
from discord.ui.select import selected_values
from discord.webhook import async_ as webhooks

from flowcord.wire.attachments import Attachment, named, uploads
from flowcord.wire.typed import CHANNELS, FILES, MENTIONABLES, ROLES, USERS, inputs

__all__ = (
    "callback",
    "delete_by_token",
    "delete_in_channel",
    "edit_by_token",
    "edit_in_channel",
    "fill_modal",
    "follow_token",
    "followup",
    "mark_answered",
    "original",
    "selected",
    "send_to_channel",
    "user_of",
)

Payload = dict[str, Any]
_RESPONSE_TYPES = {kind.value: kind for kind in discord.InteractionResponseType}

_Kind = discord.AppCommandOptionType
#: The kinds of objects that an input names by id.
_OBJECTS = {
    USERS: (_Kind.user,),
    ROLES: (_Kind.role,),
    MENTIONABLES: (_Kind.user, _Kind.role),
    CHANNELS: (_Kind.channel,),
    FILES: (_Kind.attachment,),
}


def _check() -> None:
    """Refuse a discord.py whose insides moved, at import and by name, instead of at the first click."""
    needed: tuple[tuple[object, str], ...] = (
        (webhooks, "async_context"),
        (webhooks.AsyncWebhookAdapter, "create_interaction_response"),
        (webhooks.AsyncWebhookAdapter, "execute_webhook"),
        (webhooks.AsyncWebhookAdapter, "edit_webhook_message"),
        (webhooks.AsyncWebhookAdapter, "get_original_interaction_response"),
        (webhooks.AsyncWebhookAdapter, "edit_original_interaction_response"),
        (webhooks.AsyncWebhookAdapter, "delete_webhook_message"),
        (webhooks.AsyncWebhookAdapter, "delete_original_interaction_response"),
        (HTTPClient, "send_message"),
        (HTTPClient, "edit_message"),
        (HTTPClient, "delete_message"),
        (InteractionResponse, "_response_type"),
        (InteractionResponse, "_parent"),
        (discord.Interaction, "_session"),
        (discord.Interaction, "_state"),
        (discord.Member, "_user"),
        (discord.ui.Item, "_handle_submit"),
        (discord.ui.Item, "to_component_dict"),
        (Namespace, "_get_resolved_items"),
    )
    missing = [
        f"{getattr(owner, '__name__', owner)}.{name}" for owner, name in needed if not hasattr(owner, name)
    ]
    if missing:
        raise ImportError(
            f"FlowCord does not know this discord.py ({discord.__version__}): it lacks {', '.join(missing)}. "
            "Install the version that FlowCord's requirements name."
        )


_check()


def _prepared(data: Payload | None, kind: int | None = None) -> MultipartParameters:
    """The payload as it goes out, of an interaction's answer with its `kind`; new files go with it."""
    sent: list[Attachment] = []
    if data is not None and data.get("attachments"):
        sent = uploads(data)
        data = named(data)
    if kind is not None:
        data = {"type": kind} if data is None else {"type": kind, "data": data}
    if not sent:
        return MultipartParameters(data, None, None)
    files = [discord.File(BytesIO(each.data), each.name, description=each.description) for each in sent]
    parts: list[Payload] = [{"name": "payload_json", "value": json.dumps(data)}]
    for number, file in enumerate(files):
        kind_of_data = {"filename": file.filename, "content_type": "application/octet-stream"}
        parts.append({"name": f"files[{number}]", "value": file.fp, **kind_of_data})
    return MultipartParameters(None, parts, files)


def _connection(interaction: discord.Interaction[Any]) -> dict[str, Any]:
    http = interaction._state.http  # pyright: ignore[reportPrivateUsage]
    return {
        "session": interaction._session,  # pyright: ignore[reportPrivateUsage]
        "proxy": http.proxy,
        "proxy_auth": http.proxy_auth,
    }


def _client_connection(client: discord.Client) -> dict[str, Any]:
    http = client.http
    return {
        "session": http._HTTPClient__session,  # pyright: ignore
        "proxy": http.proxy,
        "proxy_auth": http.proxy_auth,
    }


def callback(interaction: discord.Interaction[Any], kind: int, data: Payload | None) -> Awaitable[Payload]:
    """Answer an interaction; `mark_answered` when that went well."""
    http = interaction._state.http  # pyright: ignore[reportPrivateUsage]
    if data is None or "attachments" not in data:  # nothing to upload, as nearly always
        body: Payload = {"type": kind} if data is None else {"type": kind, "data": data}
        params = MultipartParameters(body, None, None)
    else:
        params = _prepared(data, kind)
    answering = webhooks.async_context.get().create_interaction_response(
        interaction.id,
        interaction.token,
        params=params,
        session=interaction._session,  # pyright: ignore[reportPrivateUsage]
        proxy=http.proxy,
        proxy_auth=http.proxy_auth,
    )
    return cast("Awaitable[Payload]", answering)


def mark_answered(interaction: discord.Interaction[Any], kind: int) -> None:
    """Let discord.py's own `interaction.response` know of the answer too."""
    response: Any = interaction.response
    response._response_type = _RESPONSE_TYPES[kind]
    # From now on it only says that there was an answer. Without its way back to the interaction nothing of an
    # input waits for the garbage collector, which would cost a tenth of a click.
    response._parent = None


async def followup(interaction: discord.Interaction[Any], data: Payload) -> Payload:
    adapter = webhooks.async_context.get()
    sent = await adapter.execute_webhook(
        interaction.application_id,
        interaction.token,
        **_prepared(data)._asdict(),
        wait=True,
        with_components=True,
        **_connection(interaction),
    )
    return cast(Payload, sent)


async def follow_token(client: discord.Client, application: int, token: str, data: Payload) -> Payload:
    """Send one more message by a token whose interaction has its answer."""
    adapter = webhooks.async_context.get()
    sent = await adapter.execute_webhook(
        application,
        token,
        **_prepared(data)._asdict(),
        wait=True,
        with_components=True,
        **_client_connection(client),
    )
    return cast(Payload, sent)


async def original(client: discord.Client, application: int, token: str) -> Payload:
    """The message that an interaction was answered with."""
    adapter = webhooks.async_context.get()
    found = await adapter.get_original_interaction_response(application, token, **_client_connection(client))
    return cast(Payload, found)


async def edit_by_token(
    client: discord.Client, application: int, token: str, message: int | None, data: Payload
) -> Payload:
    """Edit a message that `token` may address; `None` is the token's original answer."""
    adapter = webhooks.async_context.get()
    connection = _client_connection(client)
    if message is None:
        edited = await adapter.edit_original_interaction_response(
            application, token, **_prepared(data)._asdict(), **connection
        )
    else:
        edited = await adapter.edit_webhook_message(
            application, token, message, **_prepared(data)._asdict(), **connection
        )
    return cast(Payload, edited)


async def delete_by_token(client: discord.Client, application: int, token: str, message: int | None) -> None:
    adapter = webhooks.async_context.get()
    connection = _client_connection(client)
    if message is None:
        await adapter.delete_original_interaction_response(application, token, **connection)
    else:
        await adapter.delete_webhook_message(application, token, message, **connection)


async def send_to_channel(client: discord.Client, channel_id: int, data: Payload) -> Payload:
    sent = await client.http.send_message(channel_id, params=_prepared(data))
    return cast(Payload, sent)


async def edit_in_channel(client: discord.Client, channel_id: int, message: int, data: Payload) -> Payload:
    edited = await client.http.edit_message(channel_id, message, params=_prepared(data))
    return cast(Payload, edited)


async def delete_in_channel(client: discord.Client, channel_id: int, message: int) -> None:
    await client.http.delete_message(channel_id, message)


def fill_modal(modal: discord.ui.Modal, interaction: discord.Interaction[Any]) -> None:
    """Put what the user submitted into the items of `modal`, as discord.py does before `on_submit`.

    Each item is given what it alone names, in the order in which Discord names it.
    """
    data = cast(Payload, interaction.data)
    resolved = _resolved(interaction)
    items = {cast(Any, item).custom_id: item for item in modal.walk_children() if hasattr(item, "custom_id")}
    # Selects also note their values in a context variable, by the ids that all forms of a class share.
    context = copy_context()
    context.run(selected_values.set, {})
    for given in inputs(data["components"]):
        if (item := items.get(given["custom_id"])) is not None:
            named = _named(given, resolved)
            context.run(item._handle_submit, interaction, given, named)  # pyright: ignore


def selected(interaction: discord.Interaction[Any]) -> list[Any]:
    """What was chosen in a select, in the order of Discord's `values`: strings, or what they stand for."""
    data = cast(Payload, interaction.data)
    values: list[str] = data.get("values", [])
    if "resolved" not in data:
        return values
    found: dict[str, Any] = {key.id: item for key, item in _resolved(interaction).items()}
    return [found.get(value) or discord.Object(int(value)) for value in values]


def _resolved(interaction: discord.Interaction[Any]) -> dict[ResolveKey, Any]:
    data = cast(Payload, interaction.data)
    try:
        return Namespace._get_resolved_items(interaction, data.get("resolved", {}))  # pyright: ignore
    except KeyError:  # an id without its object, which discord.py treats as nothing resolved
        return {}


def _named(given: Payload, resolved: dict[ResolveKey, Any]) -> dict[ResolveKey, Any]:
    kinds = _OBJECTS.get(given["type"], ())
    keys = (ResolveKey(str(value), kind.value) for value in given.get("values", ()) for kind in kinds)
    return {key: resolved[key] for key in keys if key in resolved}


def user_of(member: discord.Member) -> discord.User:
    """The user that a member of a server is."""
    return member._user  # pyright: ignore[reportPrivateUsage]
