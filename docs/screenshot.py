"""Take docs/demo.png, the picture of the demo's page in the README: `python docs/screenshot.py`.

Needs a Chromium on the PATH. Runs the demo on a database of its own and clicks through the example bot.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "demo.png"


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("There is no chromium on this machine.")
    with tempfile.TemporaryDirectory() as data:
        demo = subprocess.Popen(
            [sys.executable, "-m", "flowcord.cli", "preview", "bots", "--no-browser", "--data", data],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            photograph(chromium, address(demo))
        finally:
            demo.send_signal(signal.SIGINT)
            demo.communicate(timeout=60)
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size:,} bytes")


def address(demo: subprocess.Popen[str]) -> str:
    assert demo.stdout is not None
    for line in demo.stdout:
        if (found := re.search(r"http://127\.0\.0\.1:\d+/#\S+", line)) is not None:
            return found.group()
    sys.exit("The demo ended before it showed its address.")


def photograph(chromium: str, url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(
            viewport={"width": 1180, "height": 800}, device_scale_factor=2, bypass_csp=True
        )
        page.goto(url)
        conversation = page.get_by_role("region", name="Conversation")
        command(page, "notes")
        for title, body in (("Groceries", "Coffee, oranges, bread"), ("Ideas", "A bot that remembers")):
            until_ready(page)
            conversation.get_by_role("button", name="Add").click()
            dialog = page.get_by_role("dialog")
            dialog.get_by_label("Title").fill(title)
            dialog.get_by_label("Body").fill(body)
            dialog.get_by_role("button", name="Submit").click()
            expect(conversation.get_by_role("button", name=title)).to_be_visible()
        command(page, "counter")
        for count in range(1, 4):
            until_ready(page)
            conversation.get_by_role("button", name="+1").click()
            expect(conversation).to_contain_text(f"Count: {count}")
        command(page, "poll")
        until_ready(page)
        conversation.get_by_role("button", name="Vote yes").click()
        expect(conversation).to_contain_text("Yes: 1")
        page.mouse.move(120, 480)
        page.wait_for_timeout(600)  # the page's own polling: its status line settles
        page.screenshot(path=str(PICTURE))
        browser.close()


def until_ready(page: Page) -> None:
    page.wait_for_function("window.simcordPreview?.ready === true")


def command(page: Page, name: str) -> None:
    field = page.get_by_label("Message", exact=True)
    field.fill("")
    field.type(f"/{name}")
    choices = page.get_by_role("listbox", name="Application commands")
    expect(choices.get_by_role("option").first).to_be_visible()
    field.press("Enter")
    expect(choices).to_be_hidden()
    until_ready(page)
    page.keyboard.press("Enter")


if __name__ == "__main__":
    main()
