"""Chats: how long a message takes from one browser to the other while many chats are open.

The product runs as `bandhu serve` on a folder of its own. Every chat has its stream open, as a visitor's page has; then visitors write over
HTTP and an agent through the write door, ten a second. Each time is from before the writing to when the other side, told by its stream, has
read the message.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import httpx

from tests.bench.report import keep, table
from tests.bench.serving import _free_port, _wait_for_page

ROUNDS, A_SECOND, PATIENCE, LIMIT = 200, 10, 60, 300
ORIGIN = "https://shop.example.com"


class Visitor:
    """A page with an open chat."""

    def __init__(self, client: httpx.AsyncClient, base: str, token: str, chat: Any) -> None:
        self.client, self.base, self.token, self.chat = client, base, token, chat
        self.opened, self.hinted = asyncio.Event(), asyncio.Event()

    async def ask(self, what: str, **given: Any) -> Any:
        """One question of the chat's script."""
        content = json.dumps({"token": self.token, **given})
        headers = {"Origin": ORIGIN, "Content-Type": "text/plain"}
        answer = await self.client.post(f"{self.base}/{what}/", content=content, headers=headers)
        answer.raise_for_status()
        return answer.json()

    async def listen(self) -> None:
        """The stream of the chat, for as long as the page is open."""
        content = json.dumps({"token": self.token})
        url = f"{self.base}/stream/"
        async with self.client.stream(
            "POST", url, content=content, headers={"Origin": ORIGIN}, timeout=None
        ) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                self.opened.set()
                if line.startswith("data: "):
                    self.hinted.set()

    async def until_read(self, text: str) -> None:
        """Read at every hint until the text is there."""
        while True:
            await asyncio.wait_for(self.hinted.wait(), PATIENCE)
            self.hinted.clear()
            found = await self.ask("read", after=str(self.chat.pk))
            if any(one["text"] == text for one in found["messages"]):
                return


class Agent:
    """A colleague whose page shows the conversation: the stream of /events, and the read and write doors."""

    def __init__(self, client: httpx.AsyncClient, address: str, user: Any, session: str) -> None:
        self.client, self.address, self.user, self.session = client, address, user, session
        self.opened, self.hinted = asyncio.Event(), asyncio.Event()

    async def listen(self, chats: list[Any]) -> None:
        """One stream for the conversations that are open on the desk."""
        asked = [("topic", f"conversation:{one.pk}") for one in chats]
        url, cookie = f"{self.address}/events", {"Cookie": f"sessionid={self.session}"}
        async with self.client.stream("GET", url, params=asked, headers=cookie, timeout=None) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                self.opened.set()
                if line.startswith("data: "):
                    self.hinted.set()

    async def until_read(self, chat: Any, text: str) -> None:
        """Read at every hint until the text is there."""
        while True:
            await asyncio.wait_for(self.hinted.wait(), PATIENCE)
            self.hinted.clear()
            if await asyncio.to_thread(self._has, chat, text):
                return

    def _has(self, chat: Any, text: str) -> bool:
        from bandhu.interactions.queries import messages_of

        return any(one.text == text for one in messages_of(self.user, chat))

    async def write(self, chat: Any, text: str) -> None:
        """Through the write door, as the inbox does."""
        from bandhu.interactions.actions import write_message

        await asyncio.to_thread(lambda: write_message(chat, actor=self.user, text=text))


def main() -> None:
    """Serve, fill, open, write; keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--chats", type=int, default=500)
    options = parser.parse_args()
    port = _free_port()
    os.environ |= {"BANDHU_DATA": str(options.data.absolute()), "BANDHU_PORT": str(port)}
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = [sys.executable, "-m", "config.commands", "serve"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for_page(f"http://127.0.0.1:{port}/accounts/login/", process)
        found = asyncio.run(_run(f"http://127.0.0.1:{port}", *_filled(options.chats)))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    keep("chat", "Chat", chat_text(options.chats, found))


def _filled(chats: int) -> tuple[Any, Any, str, list[tuple[Any, str]]]:
    """A chat channel, an agent who is signed in, and so many chats with a message each."""
    import django

    django.setup()
    from django.test import Client

    from bandhu.channels import actions
    from bandhu.channels.chat_tokens import visitor_token
    from bandhu.identity.ready_made import system_user
    from bandhu.identity.tests.cast import make_user

    agent = make_user(f"Agent {time.time():.0f}", role="service")
    channel = actions.create_channel(
        actor=system_user(), kind="chat", name="Bench", values={"origins": ORIGIN}
    )
    client = Client()
    client.force_login(agent)
    made = []
    for number in range(chats):
        chat = actions.start_chat(
            channel, client=f"{agent.pk.hex}{number}", name=f"Visitor {number}", language="bn"
        )
        actions.say_in_chat(chat, client=f"first{number:010d}", text="আছেন?")
        made.append((chat, visitor_token(channel.pk, chat.pk)))
    return channel, agent, client.cookies["sessionid"].value, made


async def _run(
    address: str, channel: Any, user: Any, session: str, chats: list[tuple[Any, str]]
) -> dict[str, list[float]]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
    found: dict[str, list[float]] = {"to the agent": [], "to the visitor": []}
    async with httpx.AsyncClient(limits=limits, timeout=PATIENCE) as client:
        visitors = [Visitor(client, f"{address}/chat/{channel.pk}", token, chat) for chat, token in chats]
        desk = [visitors[(number * 37) % len(visitors)] for number in range(ROUNDS)]
        agent = Agent(client, address, user, session)
        streams = [asyncio.ensure_future(one.listen()) for one in visitors]
        streams.append(asyncio.ensure_future(agent.listen([one.chat for one in dict.fromkeys(desk)][:200])))
        for one in [*visitors, agent]:
            await asyncio.wait_for(one.opened.wait(), 2 * PATIENCE)
        for number, visitor in enumerate(desk):
            begun = time.monotonic()
            asked, answered = f"প্রশ্ন {number}", f"উত্তর {number}"
            agent.hinted.clear()
            said = visitor.ask("say", id=f"bench{number:010d}", text=asked)
            found["to the agent"].append(await _timed(said, agent.until_read(visitor.chat, asked)))
            visitor.hinted.clear()
            written = agent.write(visitor.chat, answered)
            found["to the visitor"].append(await _timed(written, visitor.until_read(answered)))
            await asyncio.sleep(max(0.0, 1 / A_SECOND - (time.monotonic() - begun)))
        for stream in streams:
            stream.cancel()
    return found


async def _timed(writing: Coroutine[Any, Any, Any], reading: Coroutine[Any, Any, None]) -> float:
    """Milliseconds from before the writing until the other side has read it."""
    reader = asyncio.ensure_future(reading)
    begun = time.perf_counter()
    writer = asyncio.ensure_future(writing)
    await reader
    took = (time.perf_counter() - begun) * 1000
    await writer
    return took


def chat_text(chats: int, found: dict[str, list[float]]) -> str:
    """The section of docs/benchmarks.md."""
    rows = []
    for name, times in found.items():
        ordered = sorted(times)
        p50, p95 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95))
        rows.append(
            [f"message {name}", f"{p50:.0f} ms", f"{p95:.0f} ms", f"{ordered[-1]:.0f} ms", f"{LIMIT} ms"]
        )
    head = ["what", "p50", "p95", "slowest", "limit (p95)"]
    return f"{chats} chats open, each with its stream; {ROUNDS} messages each way.\n\n" + table(head, rows)


if __name__ == "__main__":
    main()
