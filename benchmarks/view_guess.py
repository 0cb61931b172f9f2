"""What guessing links and codes comes to, beside somebody who has a right one."""

import asyncio
import random
import secrets
import statistics
import string
import time
from collections import Counter
from typing import Final

from benchmarks.mentor_bench import Bench, bench, expect
from benchmarks.mentor_links import CODE

GUESSES_REFUSED: Final = 0.95
VIEW_P95_SECONDS: Final = 0.5
FREE_MISSES: Final = 30
_SECRET_SIGNS: Final = string.ascii_letters + string.digits + "-_"


def a_guess(chance: random.Random) -> str:
    """A secret of the right form: a token, or a code; one of ten codes begins like one that lives."""
    if chance.random() < 0.5:
        return "".join(chance.choices(_SECRET_SIGNS, k=43))
    begin = CODE[:3] if chance.random() < 0.1 else ""
    return begin + "".join(chance.choices("ABCDEFGHJKMNPQRSTUVWXYZ23456789", k=9 - len(begin)))


async def _guessed(at: Bench, guesses: int, proxied: bool) -> tuple[list[int], list[float]]:
    """Statuses of the guesses in their order, and how long a true viewer waited meanwhile."""
    chance, statuses, waited = random.Random(20261126), list[int](), list[float]()
    left = iter(range(guesses))

    async def guesser() -> None:
        for _ in left:
            forged = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
            said = f"{forged}, 203.0.113.9" if proxied else forged
            statuses.append((await at.opens(a_guess(chance), **{"X-Forwarded-For": said}))[0])

    async def viewer() -> None:
        while True:
            began = time.perf_counter()
            # A viewer behind another address; without proxies all share one.
            expect((await at.opens(at.people[0].token, **{"X-Forwarded-For": "198.51.100.7"}))[0], 200)
            waited.append(time.perf_counter() - began)
            await asyncio.sleep(0.02)

    viewing = asyncio.create_task(viewer())
    await asyncio.gather(*(guesser() for _ in range(50)))
    if len(waited) < 2:
        raise RuntimeError("so few guesses are over before anybody has viewed a page twice: take thousands")
    if viewing.done():
        viewing.result()
    viewing.cancel()
    return statuses, waited


async def _timed(at: Bench, times: int) -> dict[str, list[float]]:
    """Milliseconds until the answer for a secret that was never any and one that opens no longer, in turns."""
    took: dict[str, list[float]] = {"404": [], "410": []}
    for number in range(times + 20):
        # Each from an address of its own: nobody who guesses gets so many plain 404.
        headers = {"X-Forwarded-For": f"10.1.{number // 250}.{number % 250 + 1}"}
        kinds = [("404", secrets.token_urlsafe(32)), ("410", at.people[0].stopped)]
        for kind, secret in kinds if number % 2 else reversed(kinds):
            began = time.perf_counter()
            status, _ = await at.opens(secret, **headers)
            seconds = time.perf_counter() - began
            expect(status, int(kind))
            if number >= 20:
                took[kind].append(1000 * seconds)
    return took


async def guess(guesses: int) -> list[str]:
    """Prints what guessing comes to; gives the bars that were missed."""
    missed = []
    for proxies, words in (("0", "no proxy is trusted"), ("1", "one proxy is trusted")):
        async with bench(1, TRUSTED_PROXIES=proxies) as at:
            await at.opens(at.people[0].token)  # compiles the templates
            statuses, waited = await _guessed(at, guesses, proxies == "1")
            counts = Counter(statuses)
            refused = statuses[FREE_MISSES:].count(429) / max(1, len(statuses) - FREE_MISSES)
            p95 = statistics.quantiles(waited, n=20)[18]
            print(
                f"{words}, each guess with a forged X-Forwarded-For: {len(statuses)} guesses, {counts[200]} opened;"
                f" {refused:.2%} answered with 429 after the first {FREE_MISSES} ({dict(counts)});"
                f" a true viewer meanwhile: {len(waited)} views, p50 {1000 * statistics.median(waited):.0f} ms,"
                f" p95 {1000 * p95:.0f} ms, never refused",
                flush=True,
            )
            missed += [f"{counts[200]} guesses opened"] if counts[200] or counts[410] else []
            missed += ["too few guesses refused"] if refused < GUESSES_REFUSED else []
            missed += ["a true viewer waited too long"] if p95 > VIEW_P95_SECONDS else []
            if proxies == "1":
                await asyncio.sleep(1)
                took = await _timed(at, 500)
                middle = {kind: statistics.median(found) for kind, found in took.items()}
                print(
                    f"404 and 410, 500 each in turns: medians {middle['404']:.3f} and {middle['410']:.3f} ms,"
                    f" ratio {middle['410'] / middle['404']:.3f}"
                )
    return missed
