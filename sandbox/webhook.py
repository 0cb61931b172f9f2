"""The webhook: setting it, and posting updates to it as the Bot API server does.

Updates wait in queues: one for each chat's messages, one for each person's presses. A queue has one post in flight.
A failed post is tried again, the same update first: at once, then after delays that double from 2 to 60 seconds; a
Retry-After in the answer is obeyed up to an hour. What comes behind it in its queue waits. (WebhookActor.cpp of the
public Bot API server; it draws the longest delay from 60 to 120 seconds, here it is 60.)
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from sandbox.account import Account, WebhookSetting
from sandbox.arguments import Arguments
from sandbox.polling import Polling
from sandbox.refusal import RefusalError, bad_request
from sandbox.updates import Queue, Update

_LONGEST_DELAY, _LONGEST_RETRY_AFTER = 60.0, 3600.0
_HOLD = 2.0  # real seconds that a reordered post waits for the one which is to overtake it
_NOT_IN_ANSWERS = ("setwebhook", "deletewebhook", "close", "logout")
_PORTS = (443, 80, 88, 8443)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Done:
    """A result with the description that goes along with it."""

    def __init__(self, result: Any, description: str) -> None:
        self.result = result
        self.description = description


class Webhook:
    """Posts updates while a webhook is set.

    `retry_scale` multiplies the delays between tries (0.01 makes a minute 0.6 s); a jump of the clock ends a delay as
    well. `timeout` is how many real seconds an answer may take. `execute` runs a method named in an answer.
    """

    def __init__(
        self,
        account: Account,
        polling: Polling,
        execute: Callable[[dict[str, Any]], Awaitable[None]],
        *,
        retry_scale: float,
        timeout: float,
    ) -> None:
        self._account = account
        self._polling = polling
        self._execute = execute
        self._retry_scale = retry_scale
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None
        self._queues: dict[int, Queue] = {}
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(40)
        account.updates.on_arrival(self._arrived)

    async def set(self, arguments: Arguments) -> Done:
        """setWebhook. https only, as the real one; http is let through to loopback, since this is a sandbox."""
        url = arguments.text("url").strip()
        secret = arguments.text("secret_token")
        allowed = arguments.strings("allowed_updates", "can't parse allowed updates JSON object")
        if not url:
            return await self.delete(arguments)
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not parts.hostname:
            raise bad_request("bad webhook: URL host is empty")
        if parts.hostname not in _LOOPBACK and (parts.port or 443) not in _PORTS:
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if re.fullmatch(r"[A-Za-z0-9_-]*", secret) is None:
            raise bad_request("secret token contains unallowed characters")
        connections = arguments.integer("max_connections", 40, 1, 100)
        self._account.updates.allow(allowed)
        if arguments.flag("drop_pending_updates"):
            self._account.updates.drop_all()
        self._polling.end(RefusalError(409, "Conflict: terminated by setWebhook request"))
        before = self._account.webhook
        setting = WebhookSetting(url, secret, connections, arguments.text("ip_address"))
        self._account.webhook = setting
        same = before is not None and (before.url, before.secret_token) == (url, secret)
        await self._halt()
        self._places = asyncio.Semaphore(connections)
        for update in list(self._account.updates.pending()):
            update.state = "pending"
            self._arrived(update)
        self._account.events.tell("state")
        return Done(True, "Webhook is already set" if same else "Webhook was set")

    async def delete(self, arguments: Arguments) -> Done:
        """deleteWebhook."""
        if arguments.flag("drop_pending_updates"):
            self._account.updates.drop_all()
        if self._account.webhook is None:
            return Done(True, "Webhook is already deleted")
        self._account.webhook = None
        await self._halt()
        for update in self._account.updates.pending():
            update.state = "pending"
        self._account.events.tell("state")
        return Done(True, "Webhook was deleted")

    async def info(self, _arguments: Arguments) -> dict[str, Any]:
        """getWebhookInfo."""
        setting = self._account.webhook
        shown: dict[str, Any] = {
            "url": setting.url if setting else "",
            "has_custom_certificate": False,
            "pending_update_count": self._account.updates.count(),
        }
        if setting is not None:
            shown["max_connections"] = setting.max_connections
            shown["ip_address"] = setting.ip_address or "127.0.0.1"
            if setting.last_error_message is not None:
                shown["last_error_date"] = setting.last_error_date
                shown["last_error_message"] = setting.last_error_message
        if self._account.updates.allowed_listed is not None:
            shown["allowed_updates"] = self._account.updates.allowed_listed
        return shown

    async def stop(self) -> None:
        """Stop posting and close the connections."""
        await self._halt()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _halt(self) -> None:
        current = asyncio.current_task()
        workers = [task for task in self._workers.values() if task is not current]
        self._workers.clear()
        self._queues.clear()
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    def _arrived(self, update: Update) -> None:
        if self._account.webhook is None:
            return
        self._queues.setdefault(update.queue, Queue()).put(update)
        if update.queue not in self._workers:
            worker = asyncio.get_running_loop().create_task(self._work(update.queue, self._queues[update.queue]))
            self._workers[update.queue] = worker

    async def _work(self, key: int, queue: Queue) -> None:
        """Post one queue's updates, in order, until it is empty."""
        delay, failures = 1.0, 0
        while queue.waiting:
            await self._swap_if_asked(queue)
            update = queue.waiting[0]
            if update.done or self._account.updates.expired(update):
                queue.waiting.popleft()
                continue
            async with self._places:
                retry_after = await self._deliver(update)
            if retry_after is None:
                queue.waiting.popleft()
                self._account.updates.settle(update)
                delay, failures = 1.0, 0
                continue
            update.state = "pending"
            wait = min(retry_after, _LONGEST_RETRY_AFTER)
            if wait == 0 and failures > 0:
                wait = delay = min(delay * 2, _LONGEST_DELAY)
            failures += 1
            await self._account.clock.sleep(wait * self._retry_scale)
        if self._queues.get(key) is queue:
            del self._queues[key], self._workers[key]

    async def _swap_if_asked(self, queue: Queue) -> None:
        if not self._account.faults.on_delivery("reorder", None):
            return
        if len(queue.waiting) < 2:
            queue.arrived.clear()
            try:
                await asyncio.wait_for(queue.arrived.wait(), _HOLD)
            except TimeoutError:
                return
        queue.waiting[0], queue.waiting[1] = queue.waiting[1], queue.waiting[0]

    async def _deliver(self, update: Update) -> float | None:
        """Post an update; None if it was taken, else the seconds that the answer asks to wait (0 if none)."""
        update.state = "in_flight"
        update.attempts += 1
        retry_after = await self._post(update)
        if retry_after is None and self._account.faults.on_delivery("duplicate", None):
            update.attempts += 1
            await self._post(update)
        return retry_after

    async def _post(self, update: Update) -> float | None:
        setting = self._account.webhook
        if setting is None:
            return 0.0
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        headers = {"Content-Type": "application/json"}
        if setting.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = setting.secret_token
        body = json.dumps(update.as_update(), ensure_ascii=False).encode("utf-8", "surrogatepass")
        try:
            async with self._session.post(
                setting.url, data=body, headers=headers, timeout=self._timeout, allow_redirects=False
            ) as response:
                answer = await response.read()
                is_json = response.content_type == "application/json"
        except TimeoutError:
            return self._failed(setting, "Read timeout expired")
        except aiohttp.ClientConnectorError:
            return self._failed(setting, "Connection refused")
        except (aiohttp.ClientError, OSError):
            return self._failed(setting, "Connection reset by peer")
        if not 200 <= response.status < 300:
            self._failed(setting, f"Wrong response from the webhook: {response.status} {response.reason}")
            wanted = response.headers.get("Retry-After", "")
            return float(wanted) if wanted.isdecimal() else 0.0
        if is_json:
            await self._run_answer(answer)
        return None

    def _failed(self, setting: WebhookSetting, message: str) -> float:
        setting.last_error_date = self._account.clock.epoch()
        setting.last_error_message = message
        return 0.0

    async def _run_answer(self, answer: bytes) -> None:
        """A method named in the webhook's own answer is executed, unless it only asks; its result goes nowhere."""
        try:
            order = json.loads(answer)
        except ValueError:
            return
        if not isinstance(order, dict) or not isinstance(order.get("method"), str):
            return
        method = order["method"].lower()
        if method and method not in _NOT_IN_ANSWERS and not method.startswith("get"):
            await self._execute(order)
