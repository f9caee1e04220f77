"""Frozen twins of models: equal to the plain ones, and nothing in them can change."""

from __future__ import annotations

import copy
import pickle
from collections import deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from hypothesis import given, strategies as st
from pydantic import BaseModel, ConfigDict, Field

from flowcord.data.frozen import freeze, thaw


class Leaf(BaseModel):
    name: str = ""
    tags: list[str] = []


class Entry(NamedTuple):
    notes: list[str] = []


@dataclass(frozen=True)
class Point:
    marks: list[int] = field(default_factory=list)


class Tree(BaseModel):
    model_config = ConfigDict(validate_assignment=True)

    title: str = Field("", alias="titleText", validation_alias="titleText")
    leaf: Leaf = Leaf()
    leaves: list[Leaf] = []
    by_name: dict[str, Leaf] = {}
    pairs: tuple[tuple[int, list[int]], ...] = ()
    marks: set[int] = set()
    deep: dict[str, list[dict[str, int]]] = {}
    anything: Any = None
    line: deque[list[int]] = deque()
    entry: Entry = Entry()
    point: Point = Point()


leaf = st.builds(Leaf, name=st.text(max_size=4), tags=st.lists(st.text(max_size=3), max_size=3))
trees = st.builds(
    Tree,
    titleText=st.text(max_size=4),
    leaf=leaf,
    leaves=st.lists(leaf, max_size=3),
    by_name=st.dictionaries(st.text(max_size=3), leaf, max_size=3),
    pairs=st.lists(st.tuples(st.integers(), st.lists(st.integers(), max_size=2)), max_size=2).map(tuple),
    marks=st.sets(st.integers(), max_size=3),
    deep=st.dictionaries(
        st.sampled_from("ab"), st.lists(st.dictionaries(st.sampled_from("ab"), st.integers()), max_size=2)
    ),
    line=st.lists(st.lists(st.integers(), max_size=2), max_size=2).map(deque),
    entry=st.builds(Entry, st.lists(st.text(max_size=2), max_size=2)),
    point=st.builds(Point, st.lists(st.integers(), max_size=2)),
    anything=st.sampled_from([None, 1, "a", [1, {"b": []}], {"c": [{}, "d"]}]),
)


@given(trees)
def test_a_frozen_model_equals_the_plain_one_and_dumps_alike(tree: Tree) -> None:
    frozen = freeze(tree)
    assert isinstance(frozen, Tree)
    assert frozen == tree
    assert tree == frozen
    assert freeze(tree) == frozen
    assert frozen.model_dump() == tree.model_dump()
    assert frozen.model_dump_json() == tree.model_dump_json()
    assert repr(frozen) == repr(tree)
    assert Tree.model_validate(frozen) is frozen


@given(trees)
def test_thawing_gives_a_plain_private_copy(tree: Tree) -> None:
    frozen = freeze(tree)
    before = frozen.model_dump_json()
    plain = thaw(frozen)
    assert type(plain) is Tree
    assert plain == tree
    plain.title = "changed"
    plain.leaves.append(Leaf(name="more"))
    plain.leaf.tags.append("more")
    plain.by_name.clear()
    plain.marks.add(-1)
    for _, numbers in plain.pairs:
        numbers.append(1)
    assert frozen.model_dump_json() == before


@given(trees)
def test_freezing_copies_so_that_the_source_can_change_on(tree: Tree) -> None:
    frozen = freeze(tree)
    before = frozen.model_dump_json()
    tree.leaves.append(Leaf())
    tree.leaf.tags.append("later")
    tree.deep["later"] = []
    assert frozen.model_dump_json() == before


@pytest.mark.case("D30")
@pytest.mark.parametrize(
    "change",
    [
        lambda t: setattr(t, "title", "x"),
        lambda t: setattr(t.leaf, "name", "x"),
        lambda t: setattr(t.leaves[0], "name", "x"),
        lambda t: setattr(t.by_name["a"], "name", "x"),
        lambda t: delattr(t, "title"),
        lambda t: t.leaves.append(Leaf()),
        lambda t: t.leaves.sort(),
        lambda t: t.leaves.__setitem__(0, Leaf()),
        lambda t: t.leaves.__iadd__([Leaf()]),
        lambda t: t.leaf.tags.clear(),
        lambda t: t.by_name.update(b=Leaf()),
        lambda t: t.by_name.__ior__({"b": Leaf()}),
        lambda t: t.by_name.pop("a"),
        lambda t: t.by_name.__delitem__("a"),
        lambda t: t.marks.add(2),
        lambda t: t.marks.__iand__(set()),
        lambda t: t.pairs[0][1].append(1),
        lambda t: t.deep["a"][0].__setitem__("b", 2),
        lambda t: t.anything["list"].append(1),
        lambda t: t.line.append([]),
        lambda t: t.line.rotate(),
        lambda t: t.line.__iadd__([1]),
        lambda t: t.line[0].append(2),
        lambda t: t.entry.notes.append("x"),
        lambda t: t.point.marks.append(1),
    ],
)
def test_every_change_is_refused(change: Any) -> None:
    tree = Tree(
        titleText="t",
        leaves=[Leaf()],
        by_name={"a": Leaf()},
        pairs=((1, [2]),),
        marks={1},
        deep={"a": [{"b": 1}]},
        anything={"list": []},
        line=deque([[1]]),
        entry=Entry(["a"]),
        point=Point([1]),
    )
    frozen = freeze(tree)
    with pytest.raises(TypeError, match=r"^(this (list|dict|set|deque)|\w+\.\w+) is read-only"):
        change(frozen)
    assert frozen == tree


@pytest.mark.parametrize(
    "copier", [copy.copy, copy.deepcopy, lambda m: m.model_copy(), lambda m: pickle.loads(pickle.dumps(m))]
)
def test_copies_are_plain_again(copier: Any) -> None:
    frozen = freeze(Tree(titleText="t", leaves=[Leaf(name="a")]))
    twin = copier(frozen)
    assert type(twin) is Tree
    twin.leaves.append(Leaf())
    assert len(frozen.leaves) == 1
