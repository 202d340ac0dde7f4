"""What can only be checked by asking others: LiveKit, the worker, OpenAI, the carrier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp

from ..pipeline.choose import Pipeline, choose
from .carrier import check_twilio
from .finding import Area, Finding, Level, count
from .livekit import LiveKit, LiveKitError, livekit
from .server_findings import server_findings, worker_finding
from .snapshot import Snapshot
from .telephony_findings import rule_findings, trunk_findings
from .wanted import wanted

if TYPE_CHECKING:
    from .subject import Check, Subject

OPENAI_SECONDS = 10.0


async def look_online(subject: Subject) -> list[Area]:
    """Ask LiveKit, then everybody in `BEYOND_LIVEKIT`."""
    async with livekit(subject.settings) as server:
        areas = await _livekit(server, subject)
    return areas + [await check(subject) for check in BEYOND_LIVEKIT]


async def _livekit(server: LiveKit, subject: Subject) -> list[Area]:
    seen = await server.look()
    url = subject.settings.livekit_url
    areas = [Area("LiveKit server", url, tuple(server_findings(seen, url)))]
    rest = ("inbound trunks", "dispatch rules", "worker")
    if not seen.usable:
        return areas + [Area(name, skipped="the LiveKit server cannot be asked") for name in rest]
    wants = wanted(subject.business, subject.settings.receptionist_agent_name)
    try:
        snapshot = Snapshot() if seen.without_sip else await server.snapshot()
    except LiveKitError as error:
        areas += [Area(name, skipped=str(error)) for name in rest[:2]]
    else:
        areas += [
            Area(
                "inbound trunks",
                f"{len(snapshot.trunks)} there, {count(len(wants.numbers), 'number')}",
                tuple(trunk_findings(snapshot, wants, subject.shown)),
            ),
            Area(
                "dispatch rules",
                f"{len(snapshot.rules)} there",
                tuple(rule_findings(snapshot, wants, subject.shown)),
            ),
        ]
    try:
        takes = await server.takes_jobs(wants.agent)
    except LiveKitError as error:
        return [*areas, Area("worker", skipped=str(error))]
    findings = () if takes else (worker_finding(wants.agent),)
    return [*areas, Area("worker", repr(wants.agent), findings)]


async def check_openai(subject: Subject) -> Area:
    """Whether the key of OpenAI is one, where there is one and lines use it."""
    key = subject.settings.openai_api_key.get_secret_value()
    name = "OpenAI"
    if not key:
        return Area(name, skipped="OPENAI_API_KEY is not set; lines answer without it")
    urls = {
        line.openai.base_url.rstrip("/")
        for line in subject.business.lines
        if choose(line.pipeline, key=True) is not Pipeline.STANDBY
    }
    if not urls:
        return Area(name, skipped="no line uses it")
    found = [await _asked(url, key) for url in sorted(urls)]
    return Area(name, ", ".join(sorted(urls)), tuple(one for one in found if one is not None))


async def _asked(url: str, key: str) -> Finding | None:
    """What is wrong with the key at one address, by a request that costs nothing."""
    timeout = aiohttp.ClientTimeout(total=OPENAI_SECONDS)
    headers = {"Authorization": f"Bearer {key}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{url}/models", headers=headers) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError):
        return _openai("openai_unreachable", f"{url} cannot be reached.")
    if status == 401:
        return _openai("openai_key", f"{url} refuses OPENAI_API_KEY.")
    if status >= 400:
        return _openai("openai_answer", f"{url} answers {status} to a plain request.")
    return None


def _openai(code: str, what: str) -> Finding:
    return Finding(
        code,
        Level.WARNING,
        what,
        "He is answered by the menu of keys, and not understood when he speaks.",
        "correct OPENAI_API_KEY, see https://status.openai.com, or write pipeline: standby",
    )


BEYOND_LIVEKIT: tuple[Check, ...] = (check_openai, check_twilio)
"""Each looks at one service besides LiveKit."""
