"""One-shots: what may be said of one render, and where."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from flowcord import (
    Access,
    Behavior,
    Button,
    DefinitionError,
    FlowCord,
    Menu,
    MenuContext,
    Modal,
    Screen,
    button,
    message_handler,
    modal,
)
from flowcord.menu.behavior import UNSET, Policy
from flowcord.menu.one_shots import carried, check_one_shot, check_shared


class NameForm(Modal, title="Name"):
    pass


@pytest.mark.case("S135")
@pytest.mark.parametrize(
    "wrong",
    [{"timeout": 5}, {"access": Access.everyone()}, {"clicks": "drop"}, {"lifetime": None}],
    ids=lambda each: next(iter(each)),
)
def test_a_one_shot_takes_only_what_is_about_one_render(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(DefinitionError, match=f"the component reveal sets {name} in its behavior"):

        class Wrong(Menu):
            def render(self) -> Screen:
                return Screen("x")

            @button("Reveal", behavior=Behavior(**wrong))
            async def reveal(self, ctx: MenuContext) -> None: ...

    with pytest.raises(DefinitionError, match=f"the component go sets {name} in its behavior"):
        Button("Go", action=lambda menu, ctx: None, key="go", behavior=Behavior(**wrong))


@pytest.mark.case("S135")
def test_forms_and_message_handlers_take_no_more() -> None:
    with pytest.raises(DefinitionError, match=r"@modal\(NameForm\) sets timeout in its behavior"):
        modal(NameForm, behavior=Behavior(timeout=5))
    with pytest.raises(DefinitionError, match="@message_handler sets clicks in its behavior"):
        message_handler(behavior=Behavior(clicks="drop"))
    with pytest.raises(DefinitionError, match="a message is none"):
        message_handler(behavior=Behavior(ephemeral=True))


@pytest.mark.case("S135")
def test_what_would_show_a_shared_menu_to_one_user_is_refused_when_it_is_added() -> None:
    class Shared(Menu):
        behavior = Behavior(access=Access.everyone())

        def render(self) -> Screen:
            return Screen("x")

    class ByButton(Shared):
        @button("Reveal", behavior=Behavior(ephemeral=True))
        async def reveal(self, ctx: MenuContext) -> None: ...

    class ByForm(Shared):
        @modal(NameForm, behavior=Behavior(ephemeral=True))
        async def named(self, ctx: MenuContext, form: NameForm) -> None: ...

    for wrong, owner in ((ByButton, "reveal"), (ByForm, r"@modal\(NameForm\)")):
        flows = FlowCord(discord.Client(intents=discord.Intents(guilds=True)))
        with pytest.raises(DefinitionError, match=f"{wrong.__name__}: {owner} would show the menu to one"):
            flows.add(wrong)
        assert not flows.flows
    flows = FlowCord(
        discord.Client(intents=discord.Intents(guilds=True)),
        override_behavior=Behavior(access=Access.owner()),
    )
    flows.add(ByButton)


@pytest.mark.case("S135")
def test_a_one_shot_that_is_no_behavior_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"takes behavior=Behavior\(...\), not 'edit'"):
        check_one_shot("edit", "the component x")  # pyright: ignore[reportArgumentType]


def test_all_that_is_about_one_render_is_taken() -> None:
    check_one_shot(
        Behavior(
            ephemeral=True,
            cleanup="post_and_delete",
            ephemeral_fallback="replace",
            closed_message="Gone.",
            delete_user_messages=True,
        ),
        "the component x",
    )


@pytest.mark.case("S135")
def test_an_ephemeral_one_shot_in_a_menu_of_many_is_refused() -> None:
    private = [("reveal", Behavior(ephemeral=True))]
    check_shared("Shop", Policy(), private)
    check_shared(
        "Shop", Policy(access=Access.everyone()), [("other", Behavior(ephemeral=False)), ("x", None)]
    )
    with pytest.raises(DefinitionError, match=r"Shop: reveal would show the menu to one user alone"):
        check_shared("Shop", Policy(access=Access.everyone()), private)


def test_what_a_menu_that_is_left_says_goes_on_but_for_its_visibility() -> None:
    once = Behavior(ephemeral=True, closed_message="Gone.")
    assert carried(once, "post_and_strip", "edit") == Behavior(
        cleanup="post_and_strip", closed_message="Gone."
    )
    assert carried(None, "post_and_strip", "edit") == Behavior(cleanup="post_and_strip")
    assert carried(None, "edit", "edit") is None
    assert carried(Behavior(ephemeral=True), "edit", "edit").ephemeral is UNSET  # pyright: ignore
