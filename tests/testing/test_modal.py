from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord.testing import Harness, HarnessError, NotShownError
from tests.testing.handmade import HandmadeBot, Interaction

Item = Any


class Survey(discord.ui.Modal, title="Survey"):
    """One input of most kinds; a modal holds five."""

    intro: Item = discord.ui.TextDisplay("Tell us")
    colour: Item = discord.ui.Label(
        text="Colour",
        component=discord.ui.Select(
            options=[
                discord.SelectOption(label="Red", value="r"),
                discord.SelectOption(label="Blue", value="b"),
            ]
        ),
    )
    file: Item = discord.ui.Label(text="Picture", component=discord.ui.FileUpload(required=False))
    size: Item = discord.ui.Label(
        text="Size",
        component=discord.ui.RadioGroup(
            required=False,
            options=[discord.RadioGroupOption(label="Big"), discord.RadioGroupOption(label="Small")],
        ),
    )
    extras: Item = discord.ui.Label(
        text="Extras",
        component=discord.ui.CheckboxGroup(
            required=False,
            options=[discord.CheckboxGroupOption(label="Ice"), discord.CheckboxGroupOption(label="Lemon")],
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.got: dict[str, Any] = {}

    async def on_submit(self, interaction: Interaction) -> None:
        self.got = {
            "colour": self.colour.component.values,
            "file": [each.filename for each in self.file.component.values],
            "size": self.size.component.value,
            "extras": self.extras.component.values,
        }
        await interaction.response.send_message("thanks", ephemeral=True)


class People(discord.ui.Modal, title="People"):
    user: Item = discord.ui.Label(text="User", component=discord.ui.UserSelect())
    role: Item = discord.ui.Label(text="Role", component=discord.ui.RoleSelect(required=False))
    place: Item = discord.ui.Label(text="Place", component=discord.ui.ChannelSelect(required=False))
    either: Item = discord.ui.Label(text="Either", component=discord.ui.MentionableSelect(max_values=2))
    sure: Item = discord.ui.Label(text="Sure", component=discord.ui.Checkbox())

    def __init__(self) -> None:
        super().__init__()
        self.got: dict[str, Any] = {}

    async def on_submit(self, interaction: Interaction) -> None:
        self.got = {
            name: getattr(self, name).component.values for name in ("user", "role", "place", "either")
        }
        self.got["sure"] = self.sure.component.value
        await interaction.response.send_message("thanks")


def opening(bot: HandmadeBot, kind: type[discord.ui.Modal]) -> list[Any]:
    made: list[Any] = []

    @bot.tree.command(name="open", description="Open the modal under test")
    async def open_it(interaction: Interaction) -> None:
        made.append(kind())
        await interaction.response.send_modal(made[-1])

    return made


@pytest.mark.case("S119")
async def test_values_of_every_kind_are_delivered(bot: HandmadeBot) -> None:
    made = opening(bot, Survey)
    async with Harness(bot) as harness:
        modal = (await harness.slash("open")).modal
        assert modal.title == "Survey"
        assert modal.texts == ["Tell us"]
        assert [field.label for field in modal.fields] == ["Colour", "Picture", "Size", "Extras"]
        result = await harness.submit(
            Colour="Blue", Picture=("me.png", b"..."), Size="Big", Extras=["Ice", "Lemon"]
        )

    assert made[0].got == {"colour": ["b"], "file": ["me.png"], "size": "Big", "extras": ["Ice", "Lemon"]}
    assert result.ephemeral


@pytest.mark.case("S119")
async def test_optional_values_may_be_left_out(bot: HandmadeBot) -> None:
    made = opening(bot, Survey)
    async with Harness(bot) as harness:
        await harness.slash("open")
        await harness.submit(Colour="Red")

    assert made[0].got == {"colour": ["r"], "file": [], "size": None, "extras": []}


@pytest.mark.case("S119")
async def test_objects_are_delivered(bot: HandmadeBot) -> None:
    made = opening(bot, People)
    async with Harness(bot) as harness:
        role = harness.add_role("mod")
        await harness.slash("open")
        await harness.submit(
            User=harness.bob, Role=role, Place=harness.channel, Either=[harness.ann, role], Sure=True
        )
        got = made[0].got

        assert got["user"] == [harness.bob]
        assert got["role"] == [role]
        assert [each.id for each in got["place"]] == [harness.channel.id]
        assert got["either"] == [harness.ann, role]
        assert got["sure"] is True


async def test_a_submit_updates_the_message_whose_button_opened_it(harness: Harness) -> None:
    menu = (await harness.slash("panel")).message
    modal = await harness.open_modal("Write")
    assert modal.get_field("Body").value == "nothing"

    result = await harness.submit({"title": "Milk"}, Body="two")

    assert result.call_names == ["response.edit_message"]
    assert result.message.id == menu.id
    assert menu.content == "Milk: two"


async def test_what_the_client_would_not_send_is_refused(harness: Harness) -> None:
    await harness.slash("panel")
    await harness.open_modal("Write")

    with pytest.raises(HarnessError, match="'Title' takes 1 to 20 characters, not 0"):
        await harness.submit()
    with pytest.raises(HarnessError, match="not 21"):
        await harness.submit(Title="x" * 21)
    with pytest.raises(NotShownError, match="no input 'title!' in the modal 'Note'; shown: 'Title', 'Body'"):
        await harness.submit({"title!": "x"})
    await harness.submit(Title="x")


async def test_a_modal_is_sent_once_and_only_by_who_opened_it(harness: Harness) -> None:
    await harness.slash("panel")
    modal = await harness.open_modal("Write")

    with pytest.raises(NotShownError, match="no modal is open"):
        await harness.as_user("bob").submit(Title="x")
    await harness.submit(Title="x")
    with pytest.raises(NotShownError, match="no modal is open"):
        await harness.submit(Title="x")
    await harness.submit(Title="again", modal=modal)
    # discord.py forgets a modal once it is submitted.
    assert len(harness.take_faults()) == 1


async def test_a_dismissed_modal_needs_no_verb(harness: Harness) -> None:
    menu = (await harness.slash("panel")).message
    await harness.open_modal("Write")
    await harness.click("+1")

    assert menu.has_text("Count: 1")
    with pytest.raises(NotShownError, match="no modal is open"):
        await harness.submit(Title="x")


async def test_an_answer_without_a_modal_says_what_it_was(harness: Harness) -> None:
    await harness.slash("panel")
    with pytest.raises(
        NotShownError, match=r"no modal as the answer; shown: <click on '\+1' by ann: response"
    ):
        await harness.open_modal("+1")
