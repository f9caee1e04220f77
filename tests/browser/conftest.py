"""Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Generator

import pytest
from playwright.sync_api import Page, sync_playwright

FLAGS = (
    "--no-sandbox",  # a container's root has no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program. Playwright's own download is not used: tests need no network."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if (found := shutil.which(name)) is not None:
            return found
    pytest.skip("there is no chromium on this machine (Debian: apt install chromium)")


@pytest.fixture
def browser_page(chromium: str) -> Generator[Page]:
    """An empty page in a fresh browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        try:
            yield browser.new_page(viewport={"width": 1280, "height": 860})
        finally:
            browser.close()
