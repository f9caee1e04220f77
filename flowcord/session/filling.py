"""Filling in: a form made from a model, page by page, with its next page offered in place of the screen.

Discord refuses a modal as the answer to a modal's submit, so a button has to stand between two pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord
from discord.utils import escape_markdown

from flowcord.menu.access import Access
from flowcord.menu.actions import Action
from flowcord.menu.components import Press
from flowcord.menu.forms import ModelForm, Page
from flowcord.menu.problems import Problem
from flowcord.session.forms import Form, deliver, forms_of
from flowcord.session.interlude import Choice, interlude
from flowcord.session.picture import Picture
from flowcord.session.reserved import Control
from flowcord.wire._discord import user_of
from flowcord.wire.typed import Typed

if TYPE_CHECKING:
    from flowcord.menu.context import MenuContext
    from flowcord.session.context import SessionContext
    from flowcord.session.session import MenuSession
    from flowcord.session.turn import Turn

__all__ = ("Filling", "Onward")

#: Characters of a message, and of a layout's text beside its buttons.
_CONTENT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward(Control):
    """What opens the next page."""

    filling: Filling


class Filling:
    """One user's way through a form: the answers so far, the page that is next, and what is wrong."""

    __slots__ = (
        "_answers",
        "_component",
        "_next",
        "_press",
        "_problems",
        "_typed",
        "_unasked",
        "form",
        "user_id",
    )

    def __init__(
        self, form: ModelForm[Any], press: Press, component: str, user_id: int, before: Sequence[Typed]
    ) -> None:
        self.form = form
        self._press = press
        self._component = component
        self.user_id = user_id
        self._answers: dict[str, Any] = {}
        self._typed = {each.custom_id: each for each in before}
        self._unasked = set(range(form.pages))
        self._next = 0
        self._problems: Sequence[Problem] = ()

    def page(self) -> Page:
        """The next page to be filled in."""
        return self.form.page(self._next, self._answers)

    def shown(self, page: Page) -> Form:
        """`page` as it goes out, with what was typed into it before."""
        before = [self._typed[field] for field in page.fields if field in self._typed]
        form = Form(page, self._press, self._component, self.user_id, before)
        form.filling = self
        return form

    async def take(
        self, session: MenuSession, ctx: SessionContext, form: Form, given: Sequence[Typed]
    ) -> None:
        """A page came back: run the handler if the form is complete, else offer the next page."""
        forms, page = forms_of(session), form.modal
        assert isinstance(page, Page)
        self._answers |= page.answers(user_of)
        self._typed |= {each.custom_id: each for each in given}
        if self._is_complete_with(page):
            forms.drop(self)
            await deliver(session, ctx, self._press, self.form, tuple(self._typed.values()))
        else:
            forms.offer(self)

    def _is_complete_with(self, page: Page) -> bool:
        """Whether all was asked for and nothing is wrong, now that `page` was filled in."""
        self._unasked.discard(page.index)
        problems = self._check(is_last=not self._unasked)
        on_page = [each for each in problems if each.field in page.fields]
        if on_page:
            self._problems, self._next = on_page, page.index
        elif self._unasked:  # what else is wrong may be about fields that were not asked for yet
            self._problems, self._next = (), min(self._unasked)
        elif problems:  # of no field: then any page may have to be changed, one after the other
            after = (page.index + 1) % self.form.pages
            pages = (self.form.page_of(each.field) for each in problems if each.field is not None)
            self._problems, self._next = problems, min(pages, default=after)
        return not problems and not self._unasked

    def _check(self, *, is_last: bool) -> list[Problem]:
        try:
            return self.form.check(self._answers)
        except Exception:
            if is_last:
                raise
            # A validator of the whole model met fields that nobody was asked for yet. It is asked again.
            return []

    # In place of the screen ------------------------------------------------------------------------

    def picture(self, session: MenuSession, turn: Turn) -> Picture:
        """What stands in place of the screen: how far it is, or what is wrong, and the way on."""
        content, said = self._content(session), 0
        if session.notices and session.policy.notices == "auto":
            above = "\n".join((*session.notices, content))
            if len(above) <= _CONTENT:
                content, said = above, len(session.notices)
            else:
                turn.private += session.notices
                session.notices.clear()
        picture = interlude(session, content, self._choices(session))
        picture.notices = said
        return picture

    def _content(self, session: MenuSession) -> str:
        lines = [f"**{escape_markdown(self.form.title)}**"]
        if not self._problems:
            lines.append(session.texts().page.format(page=self._next + 1, pages=self.form.pages))
        for line in map(self._say, self._problems):
            if sum(map(len, lines)) + len(lines) + len(line) > _CONTENT:
                break
            lines.append(line)
        return "\n".join(lines)

    def _say(self, problem: Problem) -> str:
        if problem.field is None:
            return f"- {problem.sentence}"
        return f"- **{escape_markdown(self.form.label(problem.field))}**: {problem.sentence}"

    def _choices(self, session: MenuSession) -> Sequence[Choice]:
        texts, user_id = session.texts(), self.user_id
        key, label = ("-edit", texts.edit) if self._problems else ("-continue", texts.continue_)
        theirs, owners = Access.users(user_id, owner=False), Access.users(user_id)
        onward = Onward(key, opens=self.page, access=theirs, clicks="queue", filling=self)
        drop = Control("-drop", handler=Action("-drop", self._drop), access=owners, clicks="queue")
        return (Choice(onward, label, discord.ButtonStyle.primary), Choice(drop, texts.cancel))

    async def _drop(self, _menu: Any, ctx: MenuContext) -> None:
        session: Any = ctx.session
        forms_of(session).drop(self)
