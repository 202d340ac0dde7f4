"""The page as a browser shows and plays it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe

from lab.page.render import render
from tests.lab.browser import LOADED, Opened, chromium, close_page, open_page
from tests.lab.page import made_call as made

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser, Page

    from lab.page.facts import CallFacts

pytestmark = pytest.mark.asyncio(loop_scope="module")

WIDTHS = (390, 1280)
CALLER_HEARS = {
    "bridge": [(made.GREETING, True), (made.ANNOUNCEMENT, True), (made.DESK, False)],
    "human": [(made.GREETING, False), (made.DESK, True), (made.CALLER, False)],
    "ringing": [(made.ANNOUNCEMENT, False), (made.RINGING[0] + 0.2, True)],
}

OVERFLOWING = """
[...document.querySelectorAll("body *")]
  .filter((one) => !one.closest(".axis") && getComputedStyle(one).position !== "absolute")
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth
      || (one.scrollWidth > one.clientWidth && getComputedStyle(one).display !== "inline"
          && !one.matches(".scroller, .scroller *, .unseen, button")))
  .map((one) => one.outerHTML.slice(0, 120))
"""
PLAYED = """
async (player) => {
  const heard = new Promise((done) => player.addEventListener("timeupdate", function look() {
    if (player.currentTime > 0.1) { player.removeEventListener("timeupdate", look); done(); }
  }));
  await player.play();
  await heard;
  player.pause();
  return player.currentTime;
}
"""
IS_DRAWN = """
(path, [x, y]) => path.isPointInFill(new DOMPoint(x, y))
"""


@dataclass
class Window:
    browser: Browser
    path: Path
    facts: CallFacts
    opened: list[Opened] = field(default_factory=list)

    async def open(
        self, width: int = 1280, *, dark: bool = False, path: Path | None = None
    ) -> Page:
        opened = await open_page(self.browser, path or self.path, width=width, dark=dark)
        self.opened.append(opened)
        return opened.page


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Window:
    folder = tmp_path_factory.mktemp("page")
    facts = made.made_call(folder)
    path = folder / "x.html"
    path.write_text(render(facts), encoding="utf-8")
    return Window(browser, path, facts)


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def nothing_to_complain_of(window: Window) -> AsyncIterator[None]:
    """Whatever a test does, the console stays empty and nothing is loaded."""
    yield
    for opened in window.opened:
        await close_page(opened)
    window.opened.clear()


async def test_every_player_loads_and_plays(window: Window) -> None:
    page = await window.open()
    durations = await page.evaluate(LOADED)
    assert durations == pytest.approx([one.clip.seconds for one in window.facts.phones], abs=0.15)
    for player in await page.query_selector_all("audio"):
        assert await player.evaluate(PLAYED) > 0.1


@pytest.mark.parametrize("who", CALLER_HEARS)
async def test_the_waveform_is_there_where_someone_speaks_and_nowhere_else(
    window: Window, who: str
) -> None:
    page = await window.open()
    path = await page.query_selector(f".track[data-phone=caller] path.hears.{who}")
    assert path is not None
    start = float(await page.eval_on_selector(".axis", "axis => axis.dataset.start"))
    for at, drawn in CALLER_HEARS[who]:
        middle_of_voice = 100 * (at + made.VOICE_SECONDS / 2 - start)
        assert await path.evaluate(IS_DRAWN, [middle_of_voice, 75]) is drawn, at


@pytest.mark.parametrize("width", WIDTHS)
async def test_nothing_is_wider_than_the_window(window: Window, width: int) -> None:
    page = await window.open(width)
    assert await page.evaluate(OVERFLOWING) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    # The time axis scrolls by itself where it must.
    scrolls = await page.eval_on_selector(".scroller", "it => it.scrollWidth > it.clientWidth")
    assert scrolls is (width == 390)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
async def test_everyone_can_read_it(window: Window, width: int, scheme: str) -> None:
    page = await window.open(width, dark=scheme == "dark")
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    paper = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    bright = sum(int(part) for part in paper.strip("rgb()").split(",")) > 3 * 128
    assert bright is (scheme == "light")


async def test_the_axis_and_the_ladder_play_from_a_place(window: Window) -> None:
    page = await window.open()
    await page.evaluate(LOADED)
    desk = page.locator(".track[data-phone='front desk'] svg")
    box = await desk.bounding_box()
    assert box is not None
    seconds = float(await page.eval_on_selector(".axis", "axis => axis.dataset.seconds"))
    there = box["width"] * (made.CALLER - window.facts.start) / seconds
    await desk.click(position={"x": there, "y": 20})
    at = await page.eval_on_selector("audio[data-phone='front desk']", "it => it.currentTime")
    assert at == pytest.approx(made.CALLER - window.facts.phones[1].clip.start, abs=1.0)
    current = page.locator(".ladder li.now")
    await current.filter(has_text=made.QUESTION).wait_for()
    await page.locator(".ladder li button").last.click()
    at = await page.eval_on_selector("audio[data-phone=caller]", "it => it.currentTime")
    assert at == pytest.approx(made.END, abs=1.0)
    paused = await page.eval_on_selector("audio[data-phone='front desk']", "it => it.paused")
    assert paused


async def test_a_call_without_a_transfer_has_one_phone(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "alone.html"
    path.write_text(render(made.made_call(tmp_path, talk=False)), encoding="utf-8")
    page = await window.open(390, path=path)
    assert await page.locator("audio").count() == await page.locator(".track").count() == 1
    assert await page.evaluate(OVERFLOWING) == []
