"""What the demo's page does in a browser, without one: the page's own requests."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp

__all__ = ("Reader",)


class Reader:
    """One browser tab. `snapshot` is what it last read; actions are based on it, as in the browser."""

    def __init__(self, http: aiohttp.ClientSession, snapshot: dict[str, Any]) -> None:
        self._http = http
        self._sequence = 0
        self.snapshot = snapshot

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> AsyncGenerator[Reader]:
        parts = urlsplit(url)
        headers = {"X-Simcord-Capability": parts.fragment}
        origin = f"{parts.scheme}://{parts.netloc}"
        async with (
            aiohttp.ClientSession(origin, headers=headers) as http,
            http.post("/api/pages", json={}) as answer,
        ):
            yield cls(http, await answer.json())

    @property
    def _context(self) -> dict[str, str]:
        return {"X-Simcord-Context": self.snapshot["context"]["id"]}

    async def read(self) -> dict[str, Any]:
        async with self._http.get("/api/state", headers=self._context) as answer:
            self.snapshot = await answer.json()
        return self.snapshot

    async def act(self, kind: str, *, read: bool = True, **body: Any) -> dict[str, Any]:
        self._sequence += 1
        shown = self.snapshot
        envelope = {
            "protocol_version": 3,
            "kind": kind,
            "sequence": self._sequence,
            "request_id": uuid.uuid4().hex,
            "generation": shown["context"]["generation"],
            "bot_generation": shown["botGeneration"],
            "published_revision": shown["publishedRevision"],
        }
        async with self._http.post("/api/action", json={**envelope, **body}, headers=self._context) as answer:
            receipt = await answer.json()
        self._sequence = receipt["expectedSequence"]
        if read:
            await self.read()
        return receipt

    async def become(self, name: str) -> None:
        viewer = next(viewer for viewer in self.snapshot["viewers"] if viewer["name"] == name)
        await self.act("viewer", viewer_id=viewer["id"])

    async def slash(self, name: str) -> dict[str, Any]:
        async with self._http.get("/api/commands", headers=self._context) as answer:
            catalog = await answer.json()
        entry = next(entry for entry in catalog["entries"] if entry["invocation"] == name)
        return await self.act(
            "run_command",
            command_id=entry["commandId"],
            path=entry["path"],
            schema_fingerprint=entry["schemaFingerprint"],
            options={},
        )

    async def click(self, label: str, *, read: bool = True) -> dict[str, Any]:
        """Click the newest button with `label` that the last snapshot shows."""
        for identity in reversed(self.snapshot["timeline"]):
            for component in _walk(self.snapshot["messages"][identity].get("components", [])):
                if component.get("label") == label:
                    key = component["control_key"]
                    return await self.act("click", read=read, target_id=identity, control_key=key)
        raise LookupError(f"no button {label!r} on the page")

    @property
    def text(self) -> str:
        """Everything the page says, as one string."""
        return str([self.snapshot["messages"][identity] for identity in self.snapshot["timeline"]])

    async def until(self, shown: Callable[[str], bool], *, tries: int = 100) -> None:
        """Poll as the page does, only faster."""
        for _ in range(tries):
            await self.read()
            if shown(self.text):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"the page never showed it: {self.text}")


def _walk(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for component in components:
        found.append(component)
        found.extend(_walk(component.get("components", [])))
    return found
