"""What does nothing in a menu class and looks as if it was meant to is told at `add`."""

from __future__ import annotations

from typing import Any

import pytest

from flowcord import Access, Block, Menu, client_data
from flowcord.menu.hints import hints


def menu_with(**attributes: Any) -> type[Menu[Any, Any, Any]]:
    return type("Shop", (Menu,), attributes)


@pytest.mark.parametrize(
    ("name", "value"), [("timeout", 60), ("ephemeral", True), ("access", Access.everyone())]
)
def test_what_belongs_in_behavior(name: str, value: Any) -> None:
    assert hints(menu_with(**{name: value})) == [
        f"Shop.{name} does nothing: say behavior = Behavior({name}={value!r})"
    ]


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("cancelable", True, "cancellable"),
        ("on_entre", lambda self, ctx: None, "on_enter"),
        ("on_time_out", lambda self, ctx: None, "on_timeout"),
    ],
)
def test_what_is_spelled_almost_right(name: str, value: Any, meant: str) -> None:
    assert hints(menu_with(**{name: value})) == [
        f"Shop.{name} does nothing by itself: {meant} is what FlowCord knows"
    ]


class Tools(Block):
    pass


def test_a_block_that_was_not_made() -> None:
    assert hints(menu_with(tools=Tools)) == [
        "Shop.tools is the class Tools, which is bound to no menu: make one, tools = Tools()"
    ]
    assert hints(menu_with(tools=Tools(), elsewhere=menu_with())) == []

    class Home(Menu):
        class Parts(Block):
            pass

    assert hints(Home) == []


def test_what_is_the_developers_own_is_left_alone() -> None:
    @client_data
    def lifetime(self: Any) -> int:
        return 0

    assert (
        hints(
            menu_with(
                lifetime=lifetime,
                clicks=0,
                on_sale=True,
                prices={},
                text="",
                lives=3,
                named="",
                look=lambda self: 0,
            )
        )
        == []
    )
    assert hints(menu_with(cancellable=True, on_enter=lambda self, ctx: None)) == []
