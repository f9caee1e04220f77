"""Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

FLAGS = (
    "--no-sandbox",  # a container's root has no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


expect.set_options(timeout=15_000)  # milliseconds; this machine may be busy with other tests


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
            yield browser.new_page(viewport={"width": 1280, "height": 860}, bypass_csp=True)
        finally:
            browser.close()


@pytest.fixture
def data() -> Generator[Path]:
    """A folder for the demo's Postgres, which other users than the test's can reach."""
    with tempfile.TemporaryDirectory(prefix="flowcord-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
