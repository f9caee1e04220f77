"""What README.md and docs/ say about files, tests and names is so."""

from __future__ import annotations

import re

import pytest
import yaml

import flowcord
import flowcord.testing
from tests.docs.pages import PAGES, ROOT, Page

README = Page("README.md")
REFERENCE = Page("docs/reference.md")

BESIDES = {
    "flowcord.menu.selects.SelectSettings",
    "flowcord.errors",
    "flowcord.data.handles.Handle",
    "flowcord.data.handles.ItemHandle",
    "flowcord.data.collections.CollectionHandle",
}
"""What the reference describes though it is not imported from `flowcord`: errors as one, handles."""


def test_the_readme_shows_the_counter_of_the_example_bot() -> None:
    source = (ROOT / "bots" / "counter.py").read_text()
    _, _, code = source.partition("from __future__ import annotations\n\n")
    assert README.written_in("python")[0].text == code


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Page) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.text):
        if not target.startswith("https://"):
            path, _, heading = target.partition("#")
            there = ROOT / page.name
            if path:
                there = there.parent / path
                assert there.exists(), target
            if heading:
                assert heading in _headings(there.read_text()), target


def _headings(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_every_page_is_in_the_menu_of_the_site() -> None:
    listed = str(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"])
    pages = [page.name.removeprefix("docs/") for page in PAGES if page.name.startswith("docs/")]
    assert [name for name in pages if f"'{name}'" not in listed] == []


def test_the_reference_has_every_public_name() -> None:
    errors = set(flowcord.errors.__all__)
    described = set(re.findall(r"^::: ([\w.]+)$", REFERENCE.text, re.MULTILINE))
    expected = {f"flowcord.{name}" for name in flowcord.__all__ if name not in errors}
    expected |= {f"flowcord.testing.{name}" for name in flowcord.testing.__all__}
    assert described - BESIDES == expected
    assert described >= BESIDES
