"""/private-default and /private-forced: what a base class says by default, and what it insists on."""

from __future__ import annotations

import discord

from flowcord import Behavior, Menu, Screen, slash


class PrivateByDefault(Menu):
    behavior = Behavior(ephemeral=True)


class AlwaysPrivate(Menu):
    override_behavior = Behavior(ephemeral=True)


@slash("private-default", description="Public, although its base is private by default")
class PublicAfterAll(PrivateByDefault):
    behavior = Behavior(ephemeral=False)  # False is a choice too, and the nearest class comes first

    def render(self) -> Screen:
        return Screen(embed=discord.Embed(title="Everybody sees this"))


@slash("private-forced", description="Private, although it asks to be public")
class PrivateAllTheSame(AlwaysPrivate):
    behavior = Behavior(ephemeral=False)  # overrides beat defaults

    def render(self) -> Screen:
        return Screen(embed=discord.Embed(title="Only you see this"))
