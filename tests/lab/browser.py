"""A real browser without a window, and all that it complains of."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.async_api import Browser, Page, async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

LOADED = """
Promise.all([...document.querySelectorAll("audio")].map((player) => new Promise((done) => {
  const tell = () => done(player.error ? player.error.message : player.duration);
  player.readyState || player.error ? tell() : (player.onloadedmetadata = player.onerror = tell);
})))
"""
"""The seconds of each player on a page, or why it cannot play."""


@dataclass
class Opened:
    """A page that is open, and all that a developer's console would show of it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, which may play sound that nobody asked for."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--autoplay-policy=no-user-gesture-required", "--mute-audio"],
        )
        yield browser
        await browser.close()


async def open_page(
    browser: Browser, path: Path, *, width: int = 1280, dark: bool = False
) -> Opened:
    """Open a file in a window of this width."""
    page = await browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
    )
    opened = Opened(page)
    page.on("console", lambda message: opened.complaints.append(message.text))
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    page.on("request", lambda request: opened.requests.append(request.url))
    await page.goto(path.as_uri())
    return opened


async def close_page(opened: Opened) -> None:
    """Close it; nothing may have been complained of, or loaded from anywhere."""
    assert opened.complaints == []
    assert all(url.startswith(("file:", "data:")) for url in opened.requests)
    await opened.page.close()
