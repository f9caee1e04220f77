"""What `add` says of menus that promise what they cannot keep."""

from __future__ import annotations

import discord
import pytest

from flowcord import Access, Behavior, FlowCord, Menu, MenuContext, Screen, ScreenLimitError, button


class Plain(Menu):
    def render(self) -> Screen:
        return Screen("plain")


def added(menu: type[Menu], caplog: pytest.LogCaptureFixture) -> list[str]:
    FlowCord(discord.Client(intents=discord.Intents.none())).add(menu)
    return [record.getMessage() for record in caplog.records if record.name == "flowcord.registry"]


@pytest.mark.case("S108")
@pytest.mark.parametrize(("timeout", "promise"), [(3600.0, "3600 seconds"), (None, "for ever")])
def test_an_ephemeral_menu_that_waits_too_long_is_warned_of(
    timeout: float | None, promise: str, caplog: pytest.LogCaptureFixture
) -> None:
    class Patient(Plain):
        behavior = Behavior(ephemeral=True, timeout=timeout)

    (warning,) = added(Patient, caplog)
    assert warning.startswith(f"Patient is ephemeral and promises to wait {promise}: it ends 870 seconds")


def test_an_ephemeral_menu_for_many_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    class Secret(Plain):
        behavior = Behavior(ephemeral=True, access=Access.everyone())

    (warning,) = added(Secret, caplog)
    assert warning.startswith("Secret is ephemeral, so that only one user sees it: access=Access.everyone()")


@pytest.mark.case("S49")
def test_a_preserved_menu_that_nothing_returns_to_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    class Forgotten(Plain):
        tracked = False
        preserve_state_on_return = True

    (warning,) = added(Forgotten, caplog)
    assert warning.startswith("Forgotten preserves its state")


def test_nothing_is_said_of_menus_that_keep_their_promises(caplog: pytest.LogCaptureFixture) -> None:
    class Private(Plain):
        behavior = Behavior(ephemeral=True)

    assert added(Plain, caplog) == []
    assert added(Private, caplog) == []


@pytest.mark.case("S146")
def test_a_button_that_never_changes_and_is_over_a_limit_is_refused_when_its_menu_is_added() -> None:
    class Wordy(Plain):
        @button("x" * 81)
        async def wordy(self, ctx: MenuContext) -> None: ...

    crowded = type("Crowded", (Plain,), {f"b{n}": button(str(n), key=str(n))(_pressed) for n in range(26)})
    for menu, problem in ((Wordy, "label: 81 characters"), (crowded, "6 rows of components")):
        flows = FlowCord(discord.Client(intents=discord.Intents.none()))
        with pytest.raises(ScreenLimitError, match=problem):
            flows.add(menu)
        assert flows.flows == {}


async def _pressed(self: Plain, ctx: MenuContext) -> None: ...
