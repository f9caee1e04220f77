"""Filling in, under whatever order of pages, mistakes, dismissals and cancellations."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given, strategies as st
from pydantic import BaseModel, Field, create_model

from flowcord import Menu, MenuContext, ModelForm, Screen, button, form
from tests.bed import Bed, opened

PER_PAGE = 5
#: What a user writes, by whether the field takes it. Nothing written is the default.
WRITTEN = {"5": True, "99": True, "": True, "0": False, "x": False, "1.5": False}


def numbers(count: int) -> type[BaseModel]:
    fields: dict[str, Any] = {f"n{index}": (int, Field(1, gt=0)) for index in range(count)}
    return create_model("Numbers", **fields)


def menu_of(kind: type[BaseModel]) -> type[Menu[Any, Any, Any]]:
    class Home(Menu):
        made: list[BaseModel] = []  # one class for each example

        def render(self) -> Screen:
            return Screen("home")

        @button("New", opens=form(kind))
        async def new(self, ctx: MenuContext, form: ModelForm[Any]) -> None:
            self.made.append(form.result)

    return Home


class User:
    """Fills in one form at a time, and knows what it ought to be shown."""

    def __init__(self, bed: Bed, session: Any, count: int) -> None:
        self._bed = bed
        self._session = session
        self._count = count
        self._written: dict[str, str] = {}
        self._ahead = list(range(-(-count // PER_PAGE)))
        self.expected: list[dict[str, int]] = []

    async def fill(self, drawn: st.DataObject) -> None:
        """Open the page that is to come, look at it, and send it."""
        await self._bed.click(self._session, self.way_on())
        inputs = [each["component"] for each in self._bed.wire.modal["components"]]
        page = self._ahead[0]
        names = [f"n{index}" for index in range(self._count)][page * PER_PAGE : (page + 1) * PER_PAGE]
        assert [each["custom_id"] for each in inputs] == names
        assert [each.get("value", "") for each in inputs] == [self._written.get(name, "1") for name in names]
        if drawn.draw(st.booleans()):
            return  # dismissed
        written = {name: drawn.draw(st.sampled_from(sorted(WRITTEN))) for name in names}
        await self._bed.submit(self._session, **written)
        self._written |= written
        if all(WRITTEN[self._written[name]] for name in names):
            self._ahead.pop(0)
        if not self._ahead:
            self.expected.append({name: int(text or 1) for name, text in self._written.items()})
            self.start_anew()

    def start_anew(self) -> None:
        self._written, self._ahead = {}, list(range(-(-self._count // PER_PAGE)))

    def way_on(self) -> str:
        """The button that opens the page that is to come."""
        labels = self._bed.shown(self._session).labels
        if not self._written:
            assert labels == ["New"]
        else:
            names = list(self._written)[self._ahead[0] * PER_PAGE :]
            wrong = any(not WRITTEN[self._written[name]] for name in names)
            assert labels == ["Edit" if wrong else "Continue", "Cancel"]
        return labels[0]

    async def cancel(self) -> None:
        if self._written:
            await self._bed.click(self._session, "Cancel")
            self.start_anew()


@given(st.integers(1, 12), st.data())
def test_a_form_is_handled_when_all_of_it_is_valid_and_never_else(count: int, drawn: st.DataObject) -> None:
    async def play() -> None:
        menu: Any = menu_of(numbers(count))
        async with opened(menu) as bed:
            session = await bed.open(menu)
            user = User(bed, session, count)
            for _ in range(drawn.draw(st.integers(1, 12))):
                if drawn.draw(st.integers(0, 5)) == 0:
                    await user.cancel()
                else:
                    await user.fill(drawn)
                assert [each.model_dump() for each in menu.made] == user.expected
                user.way_on()

    asyncio.run(play())
