"""Forms made from pydantic models: what they ask, page by page, and the model that the answers make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, cast

import discord
from pydantic import BaseModel, RootModel, ValidationError
from pydantic.errors import PydanticUndefinedAnnotation
from pydantic.fields import FieldInfo

from flowcord.errors import DefinitionError
from flowcord.menu.behavior import Behavior
from flowcord.menu.inquiring import Unaskable, ask_for
from flowcord.menu.modals import Modal
from flowcord.menu.problems import Problem, problems_of
from flowcord.menu.questions import LEFT_OUT, Question, ToUser

__all__ = ("Asked", "ModelForm", "Page", "form")

ModelT = TypeVar("ModelT", bound=BaseModel)

#: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal
PER_PAGE = 5
_LABEL, _DESCRIPTION, _ID = 45, 100, 100


class Asked(NamedTuple):
    """One field as a form asks for it."""

    name: str
    label: str
    description: str | None
    field: FieldInfo
    question: Question


class ModelForm(Generic[ModelT], Modal, title="Form"):
    """A form made from a pydantic model by `form(Model, title=...)`, which gives a subclass of this.

    `initial`, a model or some of its fields by name, is what the form opens with in place of the model's
    defaults. It is shown page by page, five fields each; once all of it is valid, its handler gets it with
    the model as `result`.
    """

    model: ClassVar[type[BaseModel]]
    asked: ClassVar[tuple[Asked, ...]]

    def __init__(self, initial: ModelT | Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._result: ModelT | None = None
        #: What it opens with, by field.
        self.initial: Mapping[str, Any] = self._known(initial)

    def _known(self, initial: ModelT | Mapping[str, Any] | None) -> Mapping[str, Any]:
        names = [each.name for each in self.asked]
        if isinstance(initial, self.model):
            return {name: getattr(initial, name) for name in names}
        if not isinstance(initial, Mapping | None):
            wanted = f"a {self.model.__name__}, or some of its fields"
            raise DefinitionError(f"{type(self).__name__} opens with {wanted}, not with {initial!r}")
        if unknown := set(initial or ()) - set(names):
            raise DefinitionError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        return dict(initial or ())

    @property
    def result(self) -> ModelT:
        """The model, valid; there is none before the handler runs."""
        if self._result is None:
            raise AttributeError(f"{type(self).__name__} has no result yet: it was not filled in")
        return self._result

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return -(-len(self.asked) // PER_PAGE)

    def page_of(self, field: str) -> int:
        """The page that asks for a field."""
        return [each.name for each in self.asked].index(field) // PER_PAGE

    def label(self, field: str) -> str:
        """What stands above a field."""
        return next(each.label for each in self.asked if each.name == field)

    def page(self, index: int, answers: Mapping[str, Any]) -> Page:
        """A modal with the fields of one page; files among the `answers` need not be given again."""
        return Page(self, index, self.asked[index * PER_PAGE : (index + 1) * PER_PAGE], answers)

    def shown(self, asked: Asked) -> Any:
        """What a field opens with."""
        if asked.name in self.initial:
            return self.initial[asked.name]
        field = asked.field
        if field.is_required() or field.default_factory_takes_validated_data:
            return None
        return field.get_default(call_default_factory=True)

    def check(self, answers: Mapping[str, Any]) -> list[Problem]:
        """Make the model of `answers`; without problems, it is the `result`."""
        given = {name: value for name, value in answers.items() if value is not LEFT_OUT}
        try:
            made = self.model.model_validate(given, by_alias=False, by_name=True)
        except ValidationError as error:
            return problems_of(error, self.model.model_fields)
        self._result = cast(ModelT, made)
        return []


class Page(Modal, title="Page"):
    """One page of a form made from a model, as it is shown."""

    def __init__(
        self, form: ModelForm[Any], index: int, asked: Sequence[Asked], answers: Mapping[str, Any]
    ) -> None:
        super().__init__(title=form.title)
        self.form = form
        self.index = index
        self._shown = {each.name: answers.get(each.name, form.shown(each)) for each in asked}
        self._asked = asked
        self._items: dict[str, discord.ui.Item[Any]] = {}
        for each in asked:
            item = self._items[each.name] = each.question.item(self._shown[each.name])
            label = discord.ui.Label[Any](text=each.label, description=each.description, component=item)
            self.add_item(label)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that it asks for."""
        return frozenset(self._items)

    def answers(self, to_user: ToUser) -> dict[str, Any]:
        """What was submitted, by field."""
        return {
            each.name: each.question.read(self._items[each.name], self._shown[each.name], to_user)
            for each in self._asked
        }


def form(
    model: type[ModelT], *, title: str | None = None, behavior: Behavior | None = None
) -> type[ModelForm[ModelT]]:
    """Make a form from a pydantic model: `opens=form(Profile, title="Your profile")`.

    Each field is asked for by the item that fits its type: texts (in several lines if they may have more
    than 100 characters, or with `discord.TextStyle.paragraph` in an `Annotated` type), numbers, dates and
    whatever else the model reads from a text; `bool`, `Literal` and enums, and lists and sets of them;
    discord.py's members, users, roles, channels and attachments, and lists of them. A field's label is its
    `title` (else its name), its `description` stands below; both, and its default, are the model's.

    Args:
        title: At most 45 characters; the model's name if left out.
        behavior: How the one screen after it is shown, as in `Modal`.

    Raises:
        DefinitionError: No item of Discord's can carry some field of the model.
    """
    if not (isinstance(model, type) and issubclass(model, BaseModel)) or issubclass(model, RootModel):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DefinitionError(f"form() takes a pydantic model with fields, not {model!r}")
    name = model.__name__
    try:
        model.model_rebuild()
    except PydanticUndefinedAnnotation as error:
        raise DefinitionError(f"form({name}): {error.message}") from None
    strict = bool(model.model_config.get("strict"))
    asked: list[Asked] = []
    problems: list[str] = []
    for field_name, field in model.model_fields.items():
        try:
            asked.append(_ask(field_name, field, strict=strict))
        except Unaskable as refusal:
            problems.append(f"{field_name}: {refusal}")
    if not model.model_fields:
        problems.append("it has no fields to ask for")
    if problems:
        raise DefinitionError(f"form({name}): {'; '.join(problems)}. Make the form from a model of its own")
    members = {"model": model, "asked": tuple(asked), "__module__": model.__module__}
    made = type(f"{name}Form", (ModelForm,), members, title=title or name, behavior=behavior)
    return cast("type[ModelForm[ModelT]]", made)


def _ask(name: str, field: FieldInfo, *, strict: bool) -> Asked:
    label = field.title or name.replace("_", " ").strip().capitalize()
    description = field.description
    for text, limit, what, remedy in (
        (label, _LABEL, "label", "give it a shorter title="),
        (description or " ", _DESCRIPTION, "description", "shorten it"),
        (name, _ID, "name", "rename it"),
    ):
        if not 1 <= len(text) <= limit:
            raise Unaskable(f"its {what} has {len(text)} characters, not 1 to {limit}: {remedy}")
    return Asked(name, label, description, field, ask_for(name, field, strict=strict))
