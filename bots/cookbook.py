"""/cookbook: list → recipe → ingredients. Typed options say which recipe; Back knows the way."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import discord
from pydantic import BaseModel, Field

from flowcord import Button, Fallback, Flow, Menu, MenuContext, Options, Screen, button, slash


class Recipe(NamedTuple):
    name: str
    method: str
    ingredients: tuple[str, ...]


RECIPES = (
    Recipe("Pancakes", "Whisk, rest for ten minutes, fry.", ("200 g flour", "2 eggs", "300 ml milk")),
    Recipe("Shakshuka", "Simmer the sauce, poach the eggs in it.", ("4 eggs", "400 g tomatoes", "cumin")),
    Recipe("Ramen", "Boil the broth, then everything else.", ("noodles", "broth", "an egg", "scallions")),
)


class Which(Options):
    number: Annotated[int, Field(ge=0, lt=len(RECIPES), description="Which recipe, from 0")]


@slash("cookbook", description="Three recipes")
class Cookbook(Menu):
    def render(self) -> Screen:
        recipes = [
            Button(recipe.name, action=self.read, args=(number,)) for number, recipe in enumerate(RECIPES)
        ]
        return Screen(embed=discord.Embed(title="Cookbook"), components=recipes)

    async def read(self, ctx: MenuContext, number: int) -> None:
        await ctx.go_to(RecipePage, Which(number=number))  # checked by the type checker


class Favourites(BaseModel):
    numbers: set[int] = set()


@slash("recipe", description="Straight to one recipe")
class RecipePage(Menu[Favourites, Which]):
    fallback = Fallback(Cookbook)  # where Back leads when /recipe opened this page

    @property
    def recipe(self) -> Recipe:
        return RECIPES[self.options.number]

    def render(self) -> Screen:
        star = "⭐ " if self.options.number in self.state.current.numbers else ""
        return Screen(embed=discord.Embed(title=star + self.recipe.name, description=self.recipe.method))

    @button("Previous", disabled=lambda menu: menu.options.number == 0)
    async def previous(self, ctx: MenuContext) -> None:
        await ctx.update_options(preserve_state=True, number=self.options.number - 1)

    @button("Next", disabled=lambda menu: menu.options.number == len(RECIPES) - 1)
    async def next(self, ctx: MenuContext) -> None:
        await ctx.update_options(preserve_state=True, number=self.options.number + 1)

    @button("Favourite")
    async def favourite(self, ctx: MenuContext) -> None:
        with self.state.edit() as favourites:
            favourites.numbers ^= {self.options.number}

    @button("Ingredients")
    async def ingredients(self, ctx: MenuContext) -> None:
        await ctx.go_to(Ingredients, Which(number=self.options.number))


class Ingredients(Menu[Favourites, Which]):
    def render(self) -> Screen:
        recipe = RECIPES[self.options.number]
        listed = "\n".join(f"- {each}" for each in recipe.ingredients)
        return Screen(embed=discord.Embed(title=f"{recipe.name}: ingredients", description=listed))


class CookbookFlow(Flow):
    kind = "cookbook"
    menus = (Cookbook, RecipePage, Ingredients)
