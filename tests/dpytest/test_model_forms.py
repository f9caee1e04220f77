"""Forms made from models, filled in as a user does: what stands in them is sent unless it is changed."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import discord
import pytest
from pydantic import BaseModel, ConfigDict, Field

from flowcord import Menu, MenuContext, ModelForm, Screen, button, form, slash
from flowcord.testing import Harness
from tests.dpytest.test_answers import MenuBot


class Party(BaseModel):
    """Six fields: two pages."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    host: discord.Member
    guests: list[discord.Member | discord.Role] = []
    place: discord.TextChannel | None = None
    music: Literal["loud", "soft"] = "soft"
    drinks: set[Literal["tea", "juice"]] = {"tea"}
    hours: int = Field(3, gt=0)


PartyForm = form(Party, title="A party")


@slash("party", description="Makes a party")
class Parties(Menu):
    made: ClassVar[list[Party]] = []

    def render(self) -> Screen:
        return Screen(f"{len(self.made)} parties")

    @button("New", opens=PartyForm)
    async def new(self, ctx: MenuContext, form: ModelForm[Party]) -> None:
        self.made.append(form.result)

    def last(self) -> ModelForm[Party]:
        return PartyForm(self.made[-1])

    @button("Change", opens=last)
    async def change(self, ctx: MenuContext, form: ModelForm[Party]) -> None:
        self.made.append(form.result)


@pytest.fixture(autouse=True)
def _clean() -> None:
    Parties.made.clear()


@pytest.mark.case("S111a")
async def test_two_pages_of_objects_and_choices_make_a_model_and_the_model_fills_them_again() -> None:
    async with Harness(MenuBot(Parties)) as harness:
        role = harness.add_role("friends")
        menu = (await harness.slash("party")).message
        await harness.open_modal("New")
        sent = await harness.submit(
            Host=harness.ann, Guests=[role, harness.bob], Place=harness.channel, Music="loud"
        )
        assert sent.call_names == ["response.edit_message"]
        assert menu.has_text("Page 2 of 2")
        await harness.open_modal("Continue")
        await harness.submit(Hours="0")
        assert menu.has_text("Should be greater than 0")
        edited = await harness.open_modal("Edit")
        assert edited.get_field("Hours").value == "0"
        await harness.submit(Hours="5")

        (party,) = Parties.made
        assert (party.host, party.guests, party.place) == (harness.ann, [role, harness.bob], harness.channel)
        assert (party.music, party.drinks, party.hours) == ("loud", {"tea"}, 5)

        await harness.open_modal("Change")
        await harness.submit()
        await harness.open_modal("Continue")
        await harness.submit()
        assert Parties.made == [party, party]


@pytest.mark.case("S111a")
async def test_what_was_chosen_stands_in_a_page_that_has_to_be_corrected() -> None:
    class Guest(BaseModel):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        who: discord.Member
        size: Literal["s", "m", "l", "xl", "xxl", "xxxl"]
        extras: set[Literal["tea", "juice"]]
        sure: bool
        age: int

    @slash("guest", description="Makes a guest")
    class Guests(Menu):
        made: ClassVar[list[Any]] = []

        def render(self) -> Screen:
            return Screen("guests")

        @button("New", opens=form(Guest))
        async def new(self, ctx: MenuContext, form: ModelForm[Guest]) -> None:
            self.made.append(form.result)

    async with Harness(MenuBot(Guests)) as harness:
        await harness.slash("guest")
        await harness.open_modal("New")
        await harness.submit(Who=harness.bob, Size="xl", Extras=["juice"], Sure=True, Age="x")
        await harness.open_modal("Edit")
        await harness.submit(Age="7")
        assert Guests.made == [Guest(who=harness.bob, size="xl", extras={"juice"}, sure=True, age=7)]
