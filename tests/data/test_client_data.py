"""Client data: the declared ways to a screen, each failing alone."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import pytest

from flowcord.data import Block, Catalog, FlowSpec, Scope, SessionData, client_data, rendering, scope_ids
from flowcord.errors import ClientBoundaryError, ClientDataError, DeclarationError

if TYPE_CHECKING:
    from collections import OrderedDict


class Part(Block):
    size = 3

    @client_data
    def doubled(self) -> int:
        return self.size * 2


class Screenful(Block):
    part = Part()
    broken = False
    waits_for: asyncio.Future[int] | None = None
    runs = 0

    @client_data
    def title(self) -> str:
        self.runs += 1
        return f"run {self.runs}"

    @client_data
    async def names(self) -> list[str]:
        return ["a", "b"]

    @client_data
    def fragile(self) -> int:
        if self.broken:
            raise RuntimeError("database password: hunter2")
        return 1

    @client_data
    async def late(self) -> int:
        return 1 if self.waits_for is None else await self.waits_for

    @client_data
    def mistyped(self) -> int:
        return "secret words"  # type: ignore[return-value]

    @client_data
    def nosy(self) -> str:
        return self.title

    def render(self) -> tuple[str, list[str], int]:
        return self.title, self.names, self.part.doubled


def open_session(*menus: type[Block], flow: type[Block] | None = None) -> SessionData:
    catalog = Catalog()
    catalog.add([FlowSpec("demo", flow, menus)], has_store=False)
    assert not catalog.flow("demo").durable
    assert not catalog.flow("demo").empty
    return SessionData(catalog.flow("demo"), None, scope_ids("demo", owner_id=1, guild_id=2))


async def evaluated(menu: Screenful | None = None) -> Screenful:
    menu = menu or Screenful()
    data = open_session(Screenful)
    data.bind(menu)
    await data.load(menu)
    await data.evaluate(menu)
    return menu


@pytest.mark.case("D96")
async def test_entries_of_a_menu_and_its_blocks_are_evaluated_before_each_render() -> None:
    menu = Screenful()
    data = open_session(Screenful)
    data.bind(menu)
    await data.evaluate(menu)
    with rendering():
        assert menu.render() == ("run 1", ["a", "b"], 6)
    menu.part.size = 5
    await data.evaluate(menu)
    with rendering():
        assert menu.render() == ("run 2", ["a", "b"], 10)
    assert Screenful.part.size == 3, "the class's own block is never the session's"


@pytest.mark.case("D97")
async def test_a_failing_entry_fails_only_the_render_that_uses_it(caplog: pytest.LogCaptureFixture) -> None:
    menu = Screenful()
    menu.broken = True
    await evaluated(menu)
    with rendering():
        assert menu.title == "run 1"
        with pytest.raises(ClientDataError) as caught:
            _ = menu.fragile
    assert "hunter2" not in str(caught.value)
    logged = [record for record in caplog.records if caught.value.incident in record.getMessage()]
    assert len(logged) == 1
    assert logged[0].levelno == logging.ERROR


@pytest.mark.case("D97")
async def test_an_entry_that_waited_for_something_cancelled_fails_like_any_other() -> None:
    menu = Screenful()
    menu.waits_for = asyncio.get_running_loop().create_future()
    menu.waits_for.cancel()
    await evaluated(menu)
    with pytest.raises(ClientDataError):
        _ = menu.late
    assert menu.title == "run 1"


async def test_an_evaluation_that_is_cancelled_ends() -> None:
    menu = Screenful()
    menu.waits_for = asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(evaluated(menu))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_failure_lasts_until_the_next_evaluation() -> None:
    menu = Screenful()
    data = open_session(Screenful)
    data.bind(menu)
    menu.broken = True
    await data.evaluate(menu)
    menu.broken = False
    with pytest.raises(ClientDataError):
        _ = menu.fragile
    await data.evaluate(menu)
    assert menu.fragile == 1


@pytest.mark.case("D98")
async def test_a_value_of_another_type_fails_alone_and_is_not_quoted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    menu = await evaluated()
    with pytest.raises(ClientDataError):
        _ = menu.mistyped
    assert menu.title == "run 1"
    assert "secret words" not in caplog.text


@pytest.mark.case("D99")
async def test_an_entry_that_reads_another_entry_fails(caplog: pytest.LogCaptureFixture) -> None:
    menu = await evaluated()
    with pytest.raises(ClientDataError):
        _ = menu.nosy
    assert "ClientBoundaryError" in caplog.text


async def test_in_handlers_an_entry_reads_as_last_evaluated_and_before_that_not_at_all() -> None:
    menu = Screenful()
    open_session(Screenful).bind(menu)
    with pytest.raises(ClientBoundaryError, match="first evaluation"):
        _ = menu.title
    await evaluated(menu := Screenful())
    assert menu.title == "run 1"
    with pytest.raises(AttributeError):
        menu.title = "other"  # type: ignore[misc]


@pytest.mark.case("D98")
def test_a_return_annotation_is_required_when_the_class_is_made() -> None:
    with pytest.raises(DeclarationError, match="return annotation"):

        class Bare(Block):
            @client_data
            def entry(self):  # type: ignore[no-untyped-def]
                return 1


class Unresolved(Block):
    @client_data
    def entry(self) -> OrderedDict[str, int]:
        raise AssertionError


@pytest.mark.case("D98")
def test_an_annotation_that_does_not_resolve_is_refused_at_add() -> None:
    with pytest.raises(DeclarationError, match=r"Unresolved\.entry.*OrderedDict"):
        open_session(Unresolved)


class Sharing(Block):
    own: Any = None

    @client_data
    def frame(self) -> dict[str, int]:
        return {"a": 1}

    @client_data
    def nothing(self) -> None:
        return None


class Around(Block):
    sharing = Sharing()


async def test_a_flow_and_its_blocks_have_entries_too() -> None:
    data = open_session(Screenful, flow=Around)
    flow = Around()
    assert len(data.bind(flow)) == 2
    await data.evaluate(flow)
    assert flow.sharing.frame == {"a": 1}
    assert flow.sharing.nothing is None


def test_a_flow_without_anything_is_empty() -> None:
    class Nothing(Block):
        def render(self) -> str:
            return ""

    catalog = Catalog()
    catalog.add([FlowSpec("bare", None, [Nothing])], has_store=False)
    assert catalog.flow("bare").empty


def test_an_instance_is_bound_once() -> None:
    data = open_session(Screenful)
    menu = Screenful()
    data.bind(menu)
    with pytest.raises(DeclarationError, match="already"):
        data.bind(menu)
    assert data.scope_id(Scope.USER) == "1"
