"""Bubbling: declarations of all blocks merge into records, or all contradictions come in one error."""

from __future__ import annotations

import enum
import itertools
import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, strategies as st
from pydantic import (
    AfterValidator,
    AnyUrl,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    PastDate,
    StringConstraints,
    UrlConstraints,
    create_model,
)

from flowcord.data import Block, Catalog, FlowSpec, Scope, collection, resource, state
from flowcord.errors import BubblingError, DeclarationError

SESSION, USER, PROJECT = Scope.SESSION, Scope.USER, Scope.PROJECT


def model(**fields: Any) -> type[BaseModel]:
    return create_model("Made", **fields)


def block(name: str = "Made", **attributes: Any) -> type[Block]:
    return type(name, (Block,), attributes)


def added(*specs: FlowSpec, catalog: Catalog | None = None) -> Catalog:
    catalog = catalog or Catalog()
    catalog.add(specs, has_store=True)
    return catalog


def flow(*menus: type[Block], kind: str = "demo", own: type[Block] | None = None, **options: Any) -> FlowSpec:
    return FlowSpec(kind, own, menus, **options)


def conflicts(*specs: FlowSpec, catalog: Catalog | None = None) -> tuple[str, ...]:
    try:
        added(*specs, catalog=catalog)
    except BubblingError as error:
        return error.conflicts
    return ()


def field_conflicts(one: Any, other: Any, default: Any = ...) -> tuple[str, ...]:
    """The conflicts of one field declared as two types (annotation, or annotation and default)."""
    definitions = [each if isinstance(each, tuple) else (each, default) for each in (one, other)]
    menus = [block(f"M{i}", data=state(model(status=each), scope=USER)) for i, each in enumerate(definitions)]
    found = conflicts(flow(*menus))
    assert len(found) == len(conflicts(flow(*reversed(menus)))), "conflicts are symmetric"
    return found


# Collecting


class ModePart(Block):
    modes = state(model(mode=(str, "chat")), scope=SESSION)


class Nested(Block):
    inner = {"deep": [ModePart()]}


@pytest.mark.case("D64", "D65")
def test_blocks_in_containers_of_any_menu_bubble_into_one_record() -> None:
    home = block("Home", chat=state(model(count=(int, 0)), scope=SESSION))
    hidden = block("Hidden", parts=(Nested(),))
    data = added(flow(home, hidden)).flow("demo")
    bindings = [data.bindings[home.chat], data.bindings[ModePart.modes]]  # type: ignore[attr-defined]
    assert {(each.scope, each.name) for each in bindings} == {(SESSION, "")}
    assert data.durable


@pytest.mark.case("D67")
def test_a_path_leads_to_the_declaration_through_blocks_and_containers() -> None:
    home = block("Home", parts=(Nested(),), own=state(model(mode=(int, 1)), scope=SESSION))
    [conflict] = conflicts(flow(home, kind="assistant"))
    assert "assistant.Home.own" in conflict
    assert "assistant.Home.parts[0].inner['deep'][0].modes" in conflict


def test_mixins_count_and_a_rebound_attribute_replaces_the_declaration() -> None:
    class Mixin:
        data = state(model(status=(str, "")), scope=USER)

    class Base(Mixin, Block):
        pass

    class Rebound(Base):
        data = state(model(status=(int, 0)), scope=USER)

    assert Mixin.data in added(flow(Base)).flow("demo").bindings
    assert not conflicts(flow(Rebound))
    assert conflicts(flow(Base, Rebound))


def test_cycles_of_blocks_end() -> None:
    class One(Block):
        other: Block
        data = state(model(a=(int, 0)), scope=USER)

    class Two(Block):
        back = (One(),)

    One.other = Two()
    loop: list[Any] = [One()]
    loop.append(loop)
    assert len(added(flow(block("Home", loop=loop))).flow("demo").bindings) == 1


# Fields


@pytest.mark.case("D66")
def test_equal_fields_are_one_field() -> None:
    assert not field_conflicts((str, "a"), (str, "a"))
    assert not field_conflicts((NonNegativeInt, 0), (Annotated[int, Field(ge=0)], 0))
    assert not field_conflicts((int | None, None), (None | int, None))
    assert not field_conflicts((Literal["b", "a"], "a"), (Literal["a", "b"], "a"))
    assert not field_conflicts((re.Pattern, "a"), (re.Pattern, "a"))
    assert not field_conflicts((defaultdict[str, list[int]], {}), (defaultdict[str, list[int]], {}))
    assert not field_conflicts(
        (str, Field("a", title="One", description="x")), (str, Field("a", description="y"))
    )


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


def test_an_enum_equals_the_same_values_and_models_equal_models_of_the_same_structure() -> None:
    class A(BaseModel):
        title: str = ""
        next: A | None = None

    twin = type(
        "A",
        (BaseModel,),
        {
            "__annotations__": {"title": "str", "next": "A | None"},
            "title": "",
            "next": None,
            "__module__": __name__,
        },
    )
    twin.model_rebuild(_types_namespace={"A": twin})  # type: ignore[attr-defined]
    assert not field_conflicts((list[A], []), (list[twin], []))  # type: ignore[valid-type]
    assert not field_conflicts((Colour, "red"), (Literal["blue", "red"], "red"))


@pytest.mark.case("D67")
def test_a_conflict_names_everything_one_needs() -> None:
    one = block("Home", data=state(model(status=(str, "open")), scope=USER))
    other = block("Away", data=state(model(status=(int, 0)), scope=USER))
    [conflict] = conflicts(flow(one, other, kind="desk"))
    for word in (
        "desk",
        "user",
        "'status'",
        "desk.Home.data",
        "desk.Away.data",
        "str",
        "int",
        '"open"',
        "type",
    ):
        assert word in conflict
    for remedy in ("Rename", "share", "resource"):
        assert remedy in conflict


@pytest.mark.case("D68")
def test_one_name_in_two_scopes_is_two_fields() -> None:
    data = {
        f"in_{scope.value}": state(model(status=(kind, kind())), scope=scope)
        for scope, kind in ((USER, str), (SESSION, int))
    }
    assert not conflicts(flow(block(**data)))


DAY = date(2020, 1, 1)


def check_one(value: int) -> int:
    return value


def check_two(value: int) -> int:
    return value


@pytest.mark.case("D69")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((int, 0), (float, 0.0)),
        ((Literal["a", "b"], "a"), (Literal["a"], "a")),
        ((int, 0), (int | None, 0)),
        ((int, 0), (NonNegativeInt, 0)),
        ((dict[str, int], {}), (dict[int, int], {})),
        ((int, 0), (Annotated[int, Field(strict=True)], 0)),
        ((str, ""), (Annotated[str, StringConstraints(strip_whitespace=True)], "")),
        ((int, 0), (Annotated[int, AfterValidator(check_one)], 0)),
        ((Annotated[int, AfterValidator(check_two)], 0), (Annotated[int, AfterValidator(check_one)], 0)),
        ((list[int], []), (Annotated[list[int], Field(max_length=3)], [])),
        ((date, DAY), (PastDate, DAY)),
        ((date, DAY), (Annotated[date, Field(ge=DAY)], DAY)),
        ((timedelta, timedelta(1)), (Annotated[timedelta, Field(ge=timedelta(0))], timedelta(1))),
        ((Decimal, 0), (Annotated[Decimal, Field(decimal_places=2)], 0)),
        ((int | str, 0), (Annotated[int | str, Field(union_mode="left_to_right")], 0)),
        ((AnyUrl, "ftp://a"), (Annotated[AnyUrl, UrlConstraints(allowed_schemes=["ftp"])], "ftp://a")),
    ],
)
def test_types_that_differ_in_anything_conflict(one: Any, other: Any) -> None:
    [conflict] = field_conflicts(one, other)
    assert "type" in conflict


def test_the_very_same_validator_is_no_conflict_and_strict_models_differ_from_lax_ones() -> None:
    checked = Annotated[int, AfterValidator(check_one)]
    assert not field_conflicts((checked, 0), (checked, 0))
    strict = create_model("Strict", __config__=ConfigDict(strict=True), status=(int, 0))
    lax = create_model("Lax", status=(int, 0))
    assert conflicts(flow(block(a=state(strict, scope=USER), b=state(lax, scope=USER))))


@pytest.mark.case("D70")
def test_a_difference_inside_of_a_model_names_the_inner_field() -> None:
    one = create_model("Artifact", title=(str, ""), size=(int, 0))
    other = create_model("Artifact", title=(str, ""), size=(float, 0))
    [conflict] = field_conflicts((one, one()), (other, other()))
    assert "status.size" in conflict
    [conflict] = field_conflicts((dict[str, list[one]], {}), (dict[str, list[other]], {}))  # type: ignore[valid-type]
    assert "status{}[].size" in conflict


@pytest.mark.case("D71", "D72")
def test_one_default_serves_all_and_two_or_none_conflict() -> None:
    with_default = block("With", data=state(model(status=(str, "a")), scope=USER))
    without = block("Without", data=state(model(status=(str, ...)), scope=USER))
    data = added(flow(with_default, without)).flow("demo")
    assert {binding.shape.unwritten.status for binding in data.bindings.values()} == {"a"}  # type: ignore[union-attr]
    [two] = field_conflicts((str, "a"), (str, "b"))
    assert "default" in two
    assert "type" not in two.splitlines()[0]
    [none] = field_conflicts((str, ...), (str, ...))
    assert "no default" in none


def test_the_value_of_a_default_decides_and_not_how_it_is_written() -> None:
    assert not field_conflicts((list[int], []), (list[int], Field(default_factory=list)))
    assert not field_conflicts((float, 1), (float, 1.0))
    assert not field_conflicts((dict[str, int], {"a": 1, "b": 2}), (dict[str, int], {"b": 2, "a": 1}))


class Plan(BaseModel):
    title: str = ""


class DetailedPlan(Plan):
    text: str = ""


class OtherPlan(BaseModel):
    title: str = ""


@pytest.mark.case("D73", "D74")
def test_all_conflicts_come_in_one_error() -> None:
    own = block("Own", top=state(model(mode=(str, "a")), scope=SESSION))
    home = block(
        "Home",
        chat=state(model(mode=(str, "b"), status=(str, "")), scope=SESSION),
        plan=resource(Plan, scope=USER),
    )
    away = block(
        "Away", other=state(model(status=(int, 0)), scope=SESSION), plan=resource(OtherPlan, scope=USER)
    )
    found = conflicts(flow(home, away, own=own))
    assert len(found) == 3
    text = "\n".join(found)
    for word in ("demo.top", "demo.Home.chat", "demo.Away.other", "'plan'", "OtherPlan"):
        assert word in text


@pytest.mark.case("D75", "D76")
def test_flows_share_user_records_unless_they_isolate_them() -> None:
    x = flow(block("X", data=state(model(status=(str, "")), scope=USER)), kind="x")
    y_menu = block(
        "Y", data=state(model(status=(int, 0)), scope=USER), free=state(model(free=(int, 0)), scope=SESSION)
    )
    catalog = added(x)
    [conflict] = conflicts(flow(y_menu, kind="y"), catalog=catalog)
    assert "flows x, y" in conflict
    assert "isolate = {Scope.USER}" in conflict
    assert catalog.flow("x").durable
    with pytest.raises(KeyError):
        catalog.flow("y")
    added(flow(y_menu, kind="y", isolate={USER}), catalog=catalog)
    assert catalog.flow("y").bindings[y_menu.data].isolated  # type: ignore[attr-defined]
    assert not catalog.flow("x").bindings[x.menus[0].data].isolated  # type: ignore[attr-defined]


def test_a_removed_flow_is_forgotten() -> None:
    catalog = added(flow(block(data=state(model(status=(str, "")), scope=USER)), kind="x"))
    catalog.remove("x")
    assert not conflicts(
        flow(block(data=state(model(status=(int, 0)), scope=USER)), kind="y"), catalog=catalog
    )


def test_a_default_of_another_flow_serves_nobody() -> None:
    lacking = flow(block(data=state(model(status=(str, ...)), scope=USER)), kind="x")
    having = flow(block(data=state(model(status=(str, "a")), scope=USER)), kind="y")
    [conflict] = conflicts(lacking, having)
    assert "flow x" in conflict
    assert "no default" in conflict


# Resources and collections


@pytest.mark.case("D79", "D80")
def test_one_name_is_one_definition() -> None:
    one, same = (block(f"B{i}", plan=resource(Plan, scope=USER)) for i in range(2))
    assert (
        len(
            set(map(id, (binding.shape for binding in added(flow(one, same)).flow("demo").bindings.values())))
        )
        == 1
    )
    for other in (
        resource(OtherPlan, scope=USER),
        resource(Plan, scope=USER, keep=timedelta(days=1)),
        resource(Plan, scope=USER, upgrades=(lambda raw: raw,)),
        collection(Plan, scope=USER),
    ):
        [conflict] = conflicts(flow(one, block("Other", plan=other)))
        assert "definition" in conflict
        assert "'plan'" in conflict
    assert not conflicts(flow(one, block("Elsewhere", plan=resource(OtherPlan, scope=SESSION))))
    assert not conflicts(flow(one, block("Renamed", plan=resource(OtherPlan, scope=USER, name="other_plan"))))


def test_limits_belong_to_a_collection_s_definition() -> None:
    one = block("One", notes=collection(Plan, scope=USER, max_items=3))
    assert conflicts(flow(one, block("Two", notes=collection(Plan, scope=USER, max_items=4))))
    assert not conflicts(
        flow(one, block("Two", notes=collection(Plan, scope=USER, max_items=3, writable=False)))
    )


@pytest.mark.case("D81")
def test_the_flow_level_declaration_wins() -> None:
    menu = block("Home", plan=resource(Plan, scope=USER))
    own = block("Own", plan=resource(DetailedPlan, scope=USER, writable=False, keep=timedelta(days=2)))
    binding = added(flow(menu, own=own)).flow("demo").bindings[menu.plan]  # type: ignore[attr-defined]
    assert (binding.writable, binding.keep, binding.shape.model) == (False, timedelta(days=2), DetailedPlan)
    assert conflicts(flow(menu, own=block("Own", plan=resource(OtherPlan, scope=USER))))
    assert conflicts(
        flow(
            block("Home", plan=resource(DetailedPlan, scope=USER)),
            own=block("Own", plan=resource(Plan, scope=USER)),
        )
    )


@pytest.mark.case("D82", "D83")
def test_resources_collide_with_nothing_and_session_resources_of_two_flows_never_meet() -> None:
    left, right = (resource(model(status=(kind, kind())), scope=SESSION) for kind in (str, int))
    assert not conflicts(
        flow(block(left=left, right=right, state=state(model(left=(int, 0)), scope=SESSION)))
    )
    x = flow(block("X", plan=resource(Plan, scope=SESSION)), kind="x")
    y = flow(block("Y", plan=resource(OtherPlan, scope=SESSION)), kind="y")
    assert not conflicts(x, y)
    shared = [
        flow(block(k, plan=resource(m, scope=USER)), kind=k.lower())
        for k, m in (("X", Plan), ("Y", OtherPlan))
    ]
    assert len(conflicts(*shared)) == 1


# The catalog


@pytest.mark.case("D116")
def test_stored_data_without_a_database_is_refused_at_add() -> None:
    with pytest.raises(DeclarationError, match=r"demo\.Made\.data.*database="):
        Catalog().add([flow(block(data=state(model(a=(int, 0)), scope=USER)))], has_store=False)


def test_session_data_cannot_be_isolated_further() -> None:
    with pytest.raises(DeclarationError, match="SESSION"):
        added(flow(block(), isolate={SESSION}))


def test_a_model_whose_annotation_never_resolves_is_refused_at_add() -> None:
    unresolved = create_model("Unresolved", other=("Nowhere | None", None))
    with pytest.raises(DeclarationError, match="Nowhere"):
        added(flow(block(data=state(unresolved, scope=USER))))


# Properties

TYPES = st.sampled_from([(str, ""), (str, "a"), (str, ...), (int, 0), (float, 0.0), (int | None, None)])
BLOCKS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(["a", "b", "c"]), TYPES, min_size=1), st.sampled_from(list(Scope))
    ),
    min_size=1,
    max_size=4,
)


def outcome(menus: list[type[Block]]) -> object:
    try:
        data = added(flow(*menus)).flow("demo")
    except BubblingError as error:
        return error.conflicts
    return {declaration: binding.shape for declaration, binding in data.bindings.items()}


@given(BLOCKS, st.randoms())
def test_the_order_of_declarations_means_nothing(made: list[Any], rng: Any) -> None:
    menus = [
        block(f"M{i}", data=state(model(**fields), scope=scope)) for i, (fields, scope) in enumerate(made)
    ]
    expected = outcome(menus)
    rng.shuffle(menus)
    assert outcome(menus) == expected


@given(BLOCKS)
def test_there_is_a_conflict_exactly_where_two_declarations_differ_or_nobody_gives_a_default(
    made: list[Any],
) -> None:
    menus = [
        block(f"M{i}", data=state(model(**fields), scope=scope)) for i, (fields, scope) in enumerate(made)
    ]
    wrong = 0
    for scope, name in itertools.product(Scope, "abc"):
        declared = [fields[name] for fields, in_scope in made if in_scope is scope and name in fields]
        if declared:
            types = {str(kind) for kind, _ in declared}
            defaults = {repr(default) for _, default in declared if default is not ...}
            wrong += len(types) > 1 or len(defaults) != 1
    found = outcome(menus)
    assert (len(found) if isinstance(found, tuple) else 0) == wrong
