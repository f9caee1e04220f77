"""Inquiring: which question asks for a field of a model, from its type and its constraints."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, cast, get_args, get_origin

import discord
from discord import ChannelType, app_commands
from pydantic import PydanticUserError, Strict, TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from flowcord.menu.choice_questions import MAX_OPTIONS, AnyOf, Box, OneOf
from flowcord.menu.object_questions import MAX_FILES, MAX_OBJECTS, Files, Objects
from flowcord.menu.questions import MAX_TEXT, About, Question, Text

__all__ = ("Unaskable", "ask_for")

#: Texts of more characters than this are written into a field of several lines.
_SHORT = 100
_OPTION = 100
_PEOPLE = (discord.Member, discord.User)
_GUILD = [
    ChannelType.text,
    ChannelType.news,
    ChannelType.voice,
    ChannelType.stage_voice,
    ChannelType.category,
    ChannelType.forum,
    ChannelType.media,
]
_THREADS = [ChannelType.news_thread, ChannelType.public_thread, ChannelType.private_thread]
_CHANNELS: Mapping[type, list[ChannelType]] = {
    discord.TextChannel: [ChannelType.text, ChannelType.news],
    discord.VoiceChannel: [ChannelType.voice],
    discord.StageChannel: [ChannelType.stage_voice],
    discord.CategoryChannel: [ChannelType.category],
    discord.ForumChannel: [ChannelType.forum, ChannelType.media],
    discord.Thread: _THREADS,
    discord.abc.GuildChannel: _GUILD,
    app_commands.AppCommandChannel: _GUILD,
    app_commands.AppCommandThread: _THREADS,
}
_COLLECTIONS = (list, set, frozenset, tuple)


class Unaskable(Exception):
    """No item of a form can carry this field; the message says why."""


class _Kind(NamedTuple):
    """A field's type, taken apart: its alternatives without `None`, and the rules that hold for it."""

    members: tuple[Any, ...]
    nullable: bool
    rules: tuple[Any, ...]

    def rule(self, name: str) -> Any:
        """The first value that a rule of this kind gives to its attribute `name`."""
        return next((value for each in self.rules if (value := getattr(each, name, None)) is not None), None)


def ask_for(name: str, field: FieldInfo, *, strict: bool) -> Question:
    """The question for a field. Raises `Unaskable`."""
    kind = _take_apart(field.annotation, field.metadata)
    required = field.is_required() and not kind.nullable
    about = About(name, required, kind.nullable, kind.rule("min_length") or 0, kind.rule("max_length"))
    if kind.members == (bool,) and not kind.nullable:
        return Box(about)
    return (
        _ask(about, kind.members, None) or _ask_for_several(about, kind) or _ask_for_text(about, kind, strict)
    )


def _take_apart(annotation: Any, rules: Iterable[Any]) -> _Kind:
    """Look through unions, `Annotated` and named types, and gather the rules on the way."""
    origin, rules = get_origin(annotation), tuple(_each_rule(rules))
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _take_apart(inner, (*rules, *more))
    if isinstance(annotation, TypeAliasType):
        return _take_apart(annotation.__value__, rules)
    if hasattr(annotation, "__supertype__"):  # made by NewType
        return _take_apart(annotation.__supertype__, rules)
    if origin not in (Union, UnionType):
        return _Kind((annotation,) if annotation is not NoneType else (), annotation is NoneType, rules)
    parts = [_take_apart(each, ()) for each in get_args(annotation)]
    return _Kind(
        tuple(member for part in parts for member in part.members),
        any(part.nullable for part in parts),
        (*rules, *(rule for part in parts for rule in part.rules)),
    )


def _each_rule(rules: Iterable[Any]) -> Iterable[Any]:
    for rule in rules:
        yield from _each_rule(rule.metadata) if isinstance(rule, FieldInfo) else (rule,)


def _ask(about: About, members: tuple[Any, ...], collect: Callable[[Any], Any] | None) -> Question | None:
    """The question for a value (with `collect`, several) that is chosen; `None` if it has to be written."""
    if not members:
        raise Unaskable("it can only be None")
    if (options := _options(members)) is not None:
        _check_bounds(about, len(options), "choices", collect)
        return OneOf(about, options) if collect is None else AnyOf(about, options, collect)
    if members == (discord.Attachment,):
        _check_bounds(about, MAX_FILES, "files", collect)
        return Files(about, collect)
    select = _select(members)
    if select is None:
        return None
    _check_bounds(about, MAX_OBJECTS, "choices", collect)
    return Objects(about, select, members, collect)


def _select(members: tuple[Any, ...]) -> Callable[..., Any] | None:
    """The select that all these types of discord.py come from."""
    if all(each in _PEOPLE for each in members):
        return discord.ui.UserSelect
    if members == (discord.Role,):
        return discord.ui.RoleSelect
    if all(each in (*_PEOPLE, discord.Role) for each in members):
        return discord.ui.MentionableSelect
    if not all(isinstance(each, type) and each in _CHANNELS for each in members):
        return None
    types = list(dict.fromkeys(kind for each in members for kind in _CHANNELS[each]))
    return partial(discord.ui.ChannelSelect[Any], channel_types=types)


def _options(members: tuple[Any, ...]) -> Mapping[str, Any] | None:
    """The values that these types list, by their labels; `None` if one of them lists none."""
    options: dict[str, Any] = {}
    for member in members:
        if get_origin(member) is Literal:
            values = get_args(member)
        elif isinstance(member, type) and issubclass(member, enum.Enum):
            values = tuple(member)
        elif member is bool:
            values = (True, False)
        else:
            return None
        for value in values:
            if options.setdefault(label := _label(value), value) is not value:
                raise Unaskable(f"two of its values are both called {label!r}")
    if not 1 <= len(options) <= MAX_OPTIONS:
        raise Unaskable(f"it has {len(options)} values, and a select takes 1 to {MAX_OPTIONS}")
    for label in options:
        if not 1 <= len(label) <= _OPTION:
            raise Unaskable(
                f"its value {label!r} has {len(label)} characters, and an option takes 1 to {_OPTION}"
            )
    return options


def _label(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value.name if isinstance(value, enum.Enum) else str(value)


def _ask_for_several(about: About, kind: _Kind) -> Question | None:
    if len(kind.members) != 1 or (collect := get_origin(kind.members[0])) not in _COLLECTIONS:
        return None
    items = get_args(kind.members[0])
    if items[1:] != ((Ellipsis,) if collect is tuple else ()):
        return None
    inner = _take_apart(items[0], ())
    question = None if inner.nullable else _ask(about, inner.members, cast("Callable[[Any], Any]", collect))
    if question is None:
        raise Unaskable("a list can be asked for if its items are given values, or objects of Discord's")
    return question


def _ask_for_text(about: About, kind: _Kind, strict: bool) -> Question:
    written = kind.members[0] if len(kind.members) == 1 else Union[kind.members]  # noqa: UP007  # of a tuple
    if not _is_written(written):
        raise Unaskable(f"no item of a form carries {_spell(written)}")
    _check_bounds(about, MAX_TEXT, "characters", collect=list)
    style = next((rule for rule in kind.rules if isinstance(rule, discord.TextStyle)), None)
    if style is None:
        is_long = about.high is not None and about.high > _SHORT
        style = discord.TextStyle.paragraph if is_long else discord.TextStyle.short
    strict = strict or any(isinstance(rule, Strict) and rule.strict for rule in kind.rules)
    return Text(about, written, style=style, parse=strict)


def _is_written(kind: Any) -> bool:
    """Whether the model reads values of this type from a text."""
    try:
        schema = TypeAdapter(kind).json_schema()
    except (PydanticUserError, PydanticSchemaGenerationError, PydanticInvalidForJsonSchema):
        return False
    return all(each.get("type") in ("string", "integer", "number") for each in schema.get("anyOf", [schema]))


def _check_bounds(about: About, limit: int, what: str, collect: Callable[[Any], Any] | None) -> None:
    if collect is not None and about.low > limit:
        raise Unaskable(f"it needs {about.low} {what}, and there are {limit} at most")


def _spell(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)
