"""How bots use FlowCord, for the type checker alone; nobody imports this file.

`assert_type` says what a type has to be. A line with `# pyright: ignore[...]` is wrong use, and has to be
just that error: a comment that hides nothing is an error itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_type

import discord
from discord.ext import commands
from pydantic import BaseModel

from flowcord import (
    Behavior,
    Block,
    Button,
    CollectionHandle,
    Dismissed,
    EndReason,
    FlowCord,
    Launcher,
    ListPages,
    Menu,
    MenuContext,
    MenuSession,
    MenuStack,
    Modal,
    ModelForm,
    NoState,
    Options,
    Paginator,
    Progress,
    ResourceHandle,
    Scope,
    Screen,
    Select,
    SessionEnd,
    Sessions,
    StateAccessor,
    StateHandle,
    UserSelect,
    Write,
    button,
    client_data,
    collection,
    context_menu,
    controls,
    form,
    list_pages,
    paginate,
    resource,
    select,
    session_state,
    slash,
    state,
)


class CounterState(BaseModel):
    count: int = 0


class Lifetime(BaseModel):
    clicks: int = 0


class Plan(BaseModel):
    steps: list[str] = []


class ItemOptions(Options):
    item_id: int


class OtherOptions(Options):
    name: str


class Tools(Block):
    modes = state(Lifetime, scope=Scope.USER)


@slash("counter", description="Count")
class Counter(Menu[CounterState, ItemOptions, int]):
    lifetime = state(Lifetime, scope=Scope.USER)
    plan = resource(Plan, scope=Scope.SESSION)
    notes = collection(Plan, scope=Scope.USER)
    tools = Tools()
    shared = session_state(Plan)

    @client_data
    def clicks(self) -> int:
        return self.lifetime.value.clicks

    def render(self) -> Screen:
        assert_type(self.state, StateAccessor[CounterState])
        assert_type(self.state.current.count, int)
        assert_type(self.options.item_id, int)
        assert_type(self.clicks, int)
        assert_type(self.shared, StateAccessor[Plan])
        assert_type(self.shared.current.steps, list[str])
        assert_type(self.done, Button)
        print(self.state.current.cuont)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        print(self.options.name)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        return Screen("x", components=[self.done, Button("Buy", action=self.buy, args=("sword",))])

    @button("Done")
    async def done(self, ctx: MenuContext) -> None:
        with self.state.edit() as draft:
            assert_type(draft, CounterState)
            draft.count += 1
            draft.count = "one"  # pyright: ignore[reportAttributeAccessIssue]
        assert_type(self.state.snapshot(), CounterState)
        await self.complete(ctx, 7)
        await self.complete(ctx, "seven")  # pyright: ignore[reportArgumentType]

    async def buy(self, ctx: MenuContext, item: str) -> None:
        assert_type(self.lifetime, StateHandle[Lifetime])
        assert_type(self.lifetime.value.clicks, int)
        assert_type(await self.lifetime.increment(clicks=1), Write[Lifetime])
        assert_type(self.plan, ResourceHandle[Plan])
        assert_type(self.plan.value.steps, list[str])
        assert_type(self.notes, CollectionHandle[Plan])
        assert_type(self.tools.modes.value.clicks, int)
        print(self.lifetime.value.clikcs)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        await self.done(ctx)


PlanForm = form(Plan, title="A plan")
form(int)  # pyright: ignore[reportArgumentType]


class Home(Menu):
    pages = list_pages(total=lambda self: 3)

    @button("Plan", opens=PlanForm)
    async def planned(self, ctx: MenuContext, form: ModelForm[Plan]) -> None:
        assert_type(PlanForm, type[ModelForm[Plan]])
        assert_type(form.result, Plan)
        PlanForm(form.result)
        PlanForm({"steps": []})
        PlanForm(CounterState())  # pyright: ignore[reportArgumentType]

    def render(self) -> Screen:
        assert_type(self.state, StateAccessor[NoState])
        assert_type(self.options, Options)
        assert_type(self.pages, ListPages)
        assert_type(self.pages.start, int)
        assert_type(self.pages.slice(["a"]), Sequence[str])
        return Screen("Home", components=[paginate(Button("x", key="x", disabled=True)), controls("buttons")])

    def on_page(self, ctx: MenuContext, paginator: Paginator) -> None:
        assert_type(ctx.paginator("buttons"), Paginator)
        paginator.go_to("one")  # pyright: ignore[reportArgumentType]

    async def verbs(self, ctx: MenuContext) -> None:
        result = await ctx.ask(Counter, ItemOptions(item_id=3))
        assert_type(result, int | Dismissed)
        if result:
            assert_type(result, int)
        assert_type(await ctx.ask(Home), Dismissed | None)

        assert_type(await ctx.confirm("Sure?", yes="Do it"), bool)
        assert_type(await ctx.send("x", ephemeral=True), discord.Message)
        await ctx.send(emebd=discord.Embed())  # pyright: ignore[reportCallIssue]
        async with ctx.progress("Working", total=3) as bar:
            assert_type(bar, Progress)
            bar.update(1, "Still working")
        await ctx.update_options(ItemOptions(item_id=3), preserve_state=True)
        await ctx.refresh(hard=True)
        assert_type(ctx.flows, FlowCord)
        assert_type(ctx.session.stack, MenuStack)
        assert_type(ctx.channel.id, int)
        await ctx.go_to(Counter, ItemOptions(item_id=3))
        await ctx.go_to(Counter, item_id=3)
        await ctx.go_to("counter", item_id=3)
        await ctx.go_to(Counter, OtherOptions(name="x"))  # pyright: ignore[reportArgumentType]
        await ctx.ask(Counter, OtherOptions(name="x"))  # pyright: ignore[reportArgumentType]
        await ctx.go_to(CounterState)  # pyright: ignore[reportArgumentType]

        await ctx.open_sub_menu(Counter, on_complete=self.counted, item_id=1)
        await ctx.open_sub_menu(Counter, on_complete=self.named, item_id=1)  # pyright: ignore[reportArgumentType]
        assert_type(ctx.user, discord.User | discord.Member)
        assert_type(ctx.scope_id(Scope.USER), str | None)

    def counted(self, ctx: MenuContext, result: int) -> None: ...

    def named(self, ctx: MenuContext, result: str) -> None: ...


async def from_outside(flows: FlowCord, interaction: discord.Interaction[Any]) -> None:
    session = await flows.open(interaction, Counter, ItemOptions(item_id=3))
    assert_type(session, MenuSession)
    assert_type(await session.wait(), SessionEnd)
    assert_type(session.end, SessionEnd | None)
    assert_type(Counter, type[Counter])
    handle = await flows.load(Counter.lifetime, "1")
    assert_type(handle, StateHandle[Lifetime])
    flows.add(Counter, Home)
    flows.add(CounterState)  # pyright: ignore[reportArgumentType]
    assert_type(flows.sessions.filter(user=1, flow=Counter), Sessions)
    assert_type(session.message, discord.PartialMessage | None)


async def from_anywhere(
    flows: FlowCord, ctx: commands.Context[Any], message: discord.Message, member: discord.Member
) -> None:
    await flows.open(ctx, Counter, item_id=3)
    await flows.open(message, Counter, edit=message)
    await flows.open(message.channel, Counter, owner=member)
    await flows.open(member, Counter, owner=member)
    await flows.open("general", Counter)  # pyright: ignore[reportArgumentType]
    sent = await flows.post(message.channel, "Shop", launchers=[Launcher(Home, label="Enter")])
    assert_type(sent, discord.Message)
    Launcher(CounterState, label="Enter")  # pyright: ignore[reportArgumentType]
    flows.remove(Counter)


@context_menu("Look", type=discord.AppCommandType.message)
class Looked(Menu): ...


assert_type(Looked, type[Looked])


class Chooser(Menu):
    @select(options=[discord.SelectOption(label="Red")], placeholder="Color")
    async def color(self, ctx: MenuContext, values: list[str]) -> None: ...

    @select(cls=UserSelect, disabled=lambda menu: menu.locked, max_values=2)
    async def whom(self, ctx: MenuContext, values: list[discord.Member]) -> None:
        assert_type(self.color, Select)
        assert_type(self.whom, UserSelect)
        await self.color(ctx, ["Red"])
        UserSelect(action=self.whom, placeholder="Whom", remember=False)
        Select(action=self.color, options=["Red"])  # pyright: ignore[reportArgumentType]
        UserSelect(action=self.whom, options=[])  # pyright: ignore[reportCallIssue]

    @select(cls=discord.ui.UserSelect)  # pyright: ignore[reportArgumentType]
    async def other(self, ctx: MenuContext, values: list[discord.Member]) -> None: ...


# Behavior ------------------------------------------------------------------------------------------

Behavior(end_display={EndReason.TIMEOUT: "disable", "closed": "delete"}, cleanup="post_and_strip")
Behavior(end_display={EndReason.TIMEOUT: "explode"})  # pyright: ignore[reportArgumentType]
Behavior(cleanup="post")  # pyright: ignore[reportArgumentType]
Button("Reveal", opens=Modal, behavior=Behavior(ephemeral=True))
