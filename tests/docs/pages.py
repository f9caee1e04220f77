"""The pages that show code, their blocks as readers meet them, and which statements of them have run."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

__all__ = ("PAGES", "ROOT", "Block", "Page", "Running")

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^( *)```(\w*)(?: +title=\"([\w./]+)\")? *\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_RAN = "__ran__"


@dataclass(frozen=True)
class Block:
    """A fenced block; `title` is the name of the file it stands for, if it is one."""

    language: str
    title: str | None
    text: str
    line: int


@dataclass(frozen=True)
class Page:
    """README.md, or a page of docs/."""

    name: str

    @cached_property
    def text(self) -> str:
        return (ROOT / self.name).read_text(encoding="utf-8")

    @cached_property
    def blocks(self) -> list[Block]:
        return [
            Block(
                language=found[2],
                title=found[3],
                text=re.sub(f"^{found[1]}", "", found[4], flags=re.MULTILINE),
                line=self.text.count("\n", 0, found.start(4)),
            )
            for found in _FENCE.finditer(self.text)
        ]

    def written_in(self, language: str) -> list[Block]:
        return [block for block in self.blocks if block.language == language]

    @property
    def files(self) -> dict[str, str]:
        """The blocks that are files of a project."""
        return {block.title: block.text for block in self.blocks if block.title is not None}

    @contextmanager
    def running(self) -> Iterator[Running]:
        """The page's untitled Python blocks, executed one after the other in one module."""
        running = Running(self)
        sys.modules[running.module.__name__] = running.module  # where pydantic looks names up
        try:
            for block in self.written_in("python"):
                if block.title is None:
                    running.execute(block)
            yield running
        finally:
            del sys.modules[running.module.__name__]

    def __str__(self) -> str:
        return self.name


class Running:
    """A page's code while it runs."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.module = ModuleType(re.sub(r"\W", "_", page.name))
        self._waiting_for: set[int] = set()
        self.module.__dict__[_RAN] = self._waiting_for.discard

    def execute(self, block: Block) -> None:
        """Run a block, with the page's own line numbers in tracebacks."""
        tree = ast.increment_lineno(ast.parse(block.text), block.line)
        self._waiting_for |= _watch(tree)
        code = compile(tree, self.page.name, "exec", dont_inherit=True)
        exec(code, self.module.__dict__)

    @property
    def never_ran(self) -> list[str]:
        """The statements inside of functions that nothing has reached so far, with their lines."""
        lines = self.page.text.splitlines()
        return [f"{self.page.name}:{line}: {lines[line - 1].strip()}" for line in sorted(self._waiting_for)]


def _watch(tree: ast.Module) -> set[int]:
    """Let every statement inside of a function report that it runs; others run with the block itself."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {id(node): node for function in functions for node in ast.walk(function)}
    lines: set[int] = set()
    for node in inside.values():
        for part in ("body", "orelse", "finalbody"):
            statements = getattr(node, part, None)
            if isinstance(statements, list):
                setattr(node, part, [each for one in statements for each in _reporting(one, lines)])
    return lines


def _reporting(statement: ast.stmt, lines: set[int]) -> Iterator[ast.stmt]:
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):  # a docstring
        lines.add(statement.lineno)
        report = ast.parse(f"{_RAN}({statement.lineno})").body[0]
        yield ast.increment_lineno(report, statement.lineno - 1)
    yield statement


PAGES = [
    Page(str(path.relative_to(ROOT))) for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
]
