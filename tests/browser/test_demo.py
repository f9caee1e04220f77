"""`make demo`, in a browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.cli.demo import Demo


def until_ready(page: Page) -> None:
    """Wait for the page, which ignores keys and clicks while it still works on an earlier one."""
    page.wait_for_function("window.simcordPreview?.ready === true")


def run_command(page: Page, name: str) -> None:
    """Type a slash command into the message field, as a person would."""
    field = page.get_by_label("Message", exact=True)
    field.fill("")
    field.type(f"/{name}")
    choices = page.get_by_role("listbox", name="Application commands")
    expect(choices.get_by_role("option").first).to_be_visible()
    field.press("Enter")
    expect(choices).to_be_hidden()
    until_ready(page)
    page.keyboard.press("Enter")


def test_the_counter_counts_in_a_browser(browser_page: Page, data: Path) -> None:
    with Demo.running("bots", "--port", "0", "--data", str(data)) as demo:
        browser_page.goto(demo.url)
        run_command(browser_page, "counter")
        messages = browser_page.get_by_role("region", name="Conversation")
        expect(messages).to_contain_text("Count: 0")
        for count in (1, 2):
            until_ready(browser_page)
            messages.get_by_role("button", name="+1").click()
            expect(messages).to_contain_text(f"Count: {count}")
