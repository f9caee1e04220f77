"""The application's commands: what the bot registered, and how a user calls them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import discord

from flowcord.testing.errors import HarnessError, NotShownError
from flowcord.testing.interactions import Refusal
from flowcord.testing.payloads import Payload
from flowcord.testing.resolved import Resolved

__all__ = ("Commands",)

_PATH = re.compile(r"/applications/(?P<app>\d+)(?:/guilds/(?P<guild>\d+))?/commands(?:/(?P<id>\d+))?")
_KINDS = {"slash": 1, "user": 2, "message": 3}
_SUBCOMMANDS = (1, 2)
# https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-type
_PLAIN: dict[int, tuple[type, ...]] = {3: (str,), 4: (int,), 5: (bool,), 10: (int, float)}
_OBJECTS = (6, 7, 8, 9, 11)


class Commands:
    """Registered commands, global ones under the guild `None`."""

    def __init__(self, new_id: Callable[[], int]) -> None:
        self._new_id = new_id
        self._registered: dict[int | None, dict[tuple[str, int], Payload]] = {}

    # What the bot does -----------------------------------------------------------------------------

    def owns(self, path: str) -> bool:
        """Whether the request is about commands."""
        return _PATH.fullmatch(path) is not None

    def request(self, method: str, path: str, body: Any) -> Any:
        """Answer a request of the bot. Raises `Refusal`."""
        parts = _PATH.fullmatch(path)
        assert parts is not None
        guild_id = int(parts["guild"]) if parts["guild"] else None
        known = self._registered.setdefault(guild_id, {})
        app, number = parts["app"], parts["id"]
        if number is None:
            if method == "PUT":
                before = dict(known)
                known.clear()
                for data in body:
                    self._register(known, before, app, guild_id, data)
            elif method == "POST":
                return self._register(known, known, app, guild_id, body)
            return list(known.values())
        found = next((key for key, data in known.items() if data["id"] == number), None)
        if found is None:
            raise Refusal(404, 10063, "Unknown application command")
        if method == "DELETE":
            del known[found]
            return None
        if method == "PATCH":
            known[found].update(body)
        return known[found]

    def _register(
        self,
        known: dict[tuple[str, int], Payload],
        before: Mapping[tuple[str, int], Payload],
        app: str,
        guild_id: int | None,
        data: Payload,
    ) -> Payload:
        key = (data["name"], data.get("type", 1))
        number = before[key]["id"] if key in before else str(self._new_id())
        made: Payload = {"type": 1, "description": "", **data, "id": number, "application_id": app}
        made["version"] = number
        if guild_id is not None:
            made["guild_id"] = str(guild_id)
        known[key] = made
        return made

    # What a user does ------------------------------------------------------------------------------

    def find(self, name: str, kind: str, guild_id: int | None) -> Payload:
        """The registered command, as the guild sees it. Raises `NotShownError`."""
        key = (name, _KINDS[kind])
        for place in (guild_id, None):
            found = self._registered.get(place, {}).get(key)
            if found is not None and not (place is None and guild_id is None and not _in_dms(found)):
                return found
        seen = {**self._registered.get(None, {}), **self._registered.get(guild_id, {})}
        listed = ", ".join(sorted(f"/{each}" if number == 1 else each for each, number in seen)) or "none"
        raise NotShownError(
            f"there is no {kind} command {name!r} here; registered: {listed}. "
            "A bot registers its commands with `await self.tree.sync()` in `setup_hook`."
        )

    def call(
        self, name: str, guild_id: int | None, values: Mapping[str, object], resolved: Resolved
    ) -> Payload:
        """The data of a slash command called with these options; `name` may go on with subcommands."""
        root, *path = name.split()
        command = self.find(root, "slash", guild_id)
        spec, nested = command, list[Payload]()
        for part in path:
            spec = _child(spec, part)
            nested.append({"name": part, "type": spec["type"]})
        options = _options(name, spec, values, resolved)
        for level in reversed(nested):
            options = [{**level, "options": options}]
        return _data(command, options=options, resolved=resolved)

    def menu(self, name: str, guild_id: int | None, kind: str, target_id: int, resolved: Resolved) -> Payload:
        """The data of a context menu used on a user or a message."""
        return _data(self.find(name, kind, guild_id), target_id=str(target_id), resolved=resolved)


def _data(command: Payload, *, resolved: Resolved, **more: object) -> Payload:
    data: Payload = {"id": command["id"], "name": command["name"], "type": command["type"], **more}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    if resolved.data:
        data["resolved"] = resolved.data
    return data


def _in_dms(command: Payload) -> bool:
    contexts = command.get("contexts")
    return command.get("dm_permission") is not False and (contexts is None or 1 in contexts)


def _child(spec: Payload, name: str) -> Payload:
    children = {each["name"]: each for each in spec.get("options") or () if each["type"] in _SUBCOMMANDS}
    if name not in children:
        raise NotShownError(
            f"{spec['name']!r} has no subcommand {name!r}, but: {', '.join(sorted(children)) or 'none'}"
        )
    return children[name]


def _options(name: str, spec: Payload, values: Mapping[str, object], resolved: Resolved) -> list[Payload]:
    declared = {each["name"]: each for each in spec.get("options") or ()}
    if any(each["type"] in _SUBCOMMANDS for each in declared.values()):
        raise HarnessError(f"/{name} is a group; call one of: {', '.join(sorted(declared))}")
    unknown = [each for each in values if each not in declared]
    if unknown:
        raise HarnessError(
            f"/{name} has no option {', '.join(unknown)}; it has: {', '.join(declared) or 'none'}"
        )
    missing = [each for each, option in declared.items() if option.get("required") and each not in values]
    if missing:
        raise HarnessError(f"/{name} needs the option {', '.join(missing)}")
    return [
        {"name": each, "type": declared[each]["type"], "value": _value(declared[each], value, resolved)}
        for each, value in values.items()
    ]


def _value(option: Payload, value: object, resolved: Resolved) -> object:
    kind: int = option["type"]
    if kind in _OBJECTS:
        return resolved.add(value)
    if isinstance(value, bool) is not (kind == 5) or not isinstance(value, _PLAIN[kind]):
        expected = discord.AppCommandOptionType(kind).name
        raise HarnessError(f"option {option['name']} takes a {expected}, not {value!r}")
    choices = {each["value"] for each in option.get("choices") or ()}
    low, high = option.get("min_value"), option.get("max_value")
    size = value
    if isinstance(value, str):
        low, high, size = option.get("min_length"), option.get("max_length"), len(value)
    bounded: Any = size
    if (
        (choices and value not in choices)
        or (low is not None and bounded < low)
        or (high is not None and bounded > high)
    ):
        raise HarnessError(f"option {option['name']} does not take {value!r}: Discord's client refuses it")
    return value
