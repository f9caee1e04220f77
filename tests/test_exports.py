"""What `import flowcord` promises: names that are there, documented, in order, and typed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import flowcord
from flowcord import errors

MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(flowcord.__path__, "flowcord.")
    if not module.name.startswith(("flowcord.testing", "flowcord.cli")) and "__main__" not in module.name
]


def exported() -> dict[str, Any]:
    return {name: getattr(flowcord, name) for name in flowcord.__all__}


def test_every_public_name_is_there_once() -> None:
    assert len(set(flowcord.__all__)) == len(flowcord.__all__)
    assert set(exported()) >= {"FlowCord", "Menu", "Flow", "state", "resource", "collection", "FlowCordError"}


def test_public_names_are_sorted_and_errors_come_after() -> None:
    own = flowcord.__all__[: len(flowcord.__all__) - len(errors.__all__)]
    assert list(errors.__all__) == sorted(errors.__all__)
    assert flowcord.__all__[len(own) :] == list(errors.__all__)
    # Constants, classes, functions: the order that ruff keeps.
    assert own == sorted(own, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def test_nothing_public_is_left_out() -> None:
    public = {
        name for name, value in vars(flowcord).items() if name[0] != "_" and not isinstance(value, ModuleType)
    }
    assert public == set(flowcord.__all__)


@pytest.mark.parametrize("name", flowcord.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    value = getattr(flowcord, name)
    documented = value if inspect.isclass(value) or inspect.isfunction(value) else type(value)
    assert (inspect.getdoc(documented) or "").strip(), f"{name} has no docstring"
    assert "__doc__" in vars(documented) or inspect.isfunction(documented)


@pytest.mark.parametrize("name", [name for name, value in exported().items() if inspect.isclass(value)])
def test_every_public_method_is_documented(name: str) -> None:
    value = getattr(flowcord, name)
    members = {
        each: member
        for each, member in vars(value).items()
        if each[0] != "_" and (inspect.isfunction(member) or isinstance(member, (property, classmethod)))
    }
    lacking = [
        each
        for each in members
        if not (inspect.getdoc(getattr(value, each)) or inspect.getdoc(members[each]))
    ]
    assert lacking == [], f"{name}: without a docstring: {lacking}"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_module_says_what_it_is_and_what_it_offers(module: ModuleType) -> None:
    assert (module.__doc__ or "").strip(), "no docstring"
    source = inspect.getsource(module)
    if module.__name__ != "flowcord" and not hasattr(module, "__path__"):
        assert "from __future__ import annotations" in source
        offered = module.__all__
        missing = [name for name in offered if not hasattr(module, name)]
        assert missing == []
        assert len(set(offered)) == len(offered)


def test_every_error_says_when_it_is_raised() -> None:
    for name in errors.__all__:
        error = getattr(errors, name)
        assert issubclass(error, errors.FlowCordError) or error is errors.GuardFailed
        assert error.__doc__


def test_the_package_is_typed() -> None:
    assert (Path(flowcord.__file__).parent / "py.typed").is_file()


def test_importing_it_needs_neither_the_command_line_nor_the_test_verbs() -> None:
    code = (
        "import sys, flowcord\n"
        "late = ('flowcord.cli', 'flowcord.testing', 'pytest', 'typer', 'rich', 'alembic', 'simcord')\n"
        "print([name for name in late if name in sys.modules])"
    )
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
