"""CPU time of one step of the assessment, beside python-telegram-bot by the book, in one invocation.

    python -m benchmarks.assessment [--users 200] [--steps 24] [--rounds 3] [--profile]

Each round measures the bot (`python -m bot web`: webhook, SQLite with synchronous=FULL, encryption, dedupe, the
acknowledgement after the commit) and then the peer (`benchmarks/peers/by_the_book.py`). The figure to compare is the
ratio of CPU milliseconds a step: it holds on a busy machine, where the absolute figures do not.
"""

import argparse
import os
import pstats
import random
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.closed_loop import SECRET, Contender, Figures, measured
from bot.store.vault import new_key

Json = dict[str, Any]


def first_or_start(buttons: Sequence[Json], chance: random.Random) -> str:
    """The peer's people: any button; /start again at the end."""
    return str(chance.choice(buttons)["callback_data"]) if buttons else "/start"


def answering(buttons: Sequence[Json], chance: random.Random) -> str:
    """Our people: answer by a button where there is one, "not sure" or a number where there is none."""
    actions = {str(b["callback_data"]).partition(":")[2]: str(b["callback_data"]) for b in buttons}
    if "a:=" in actions:
        return actions["a:="]
    answers = [data for action, data in actions.items() if action.startswith("a:") and action != "a:no"]
    if answers:
        return chance.choice(answers)
    for action in ("f:assessment", "g:result"):
        if action in actions:
            return actions[action]
    return "240" if "u" in actions else "/start"


def ours(command: Sequence[str], **environ: str) -> Contender:
    """Our bot as production runs it."""
    settings = {
        "BOT_TOKEN": "42:BENCH",
        "TELEGRAM_API_URL": "{api}",
        "DATABASE_URL": "sqlite:///{folder}/bench.db",
        "ENCRYPTION_KEY": new_key(),
        "PUBLIC_URL": "http://127.0.0.1:{port}",
        "PORT": "{port}",
        "WEBHOOK_SECRET": SECRET,
        "LOG_LEVEL": "warning",
    }
    return Contender("ours", command, settings | environ, "/telegram", answering)


def peer() -> Contender:
    """python-telegram-bot by the book."""
    environ = {"PEER_API": "{api}", "PEER_PORT": "{port}", "PEER_DATABASE": "{folder}/bench.db"}
    return Contender(
        "by the book", [sys.executable, "-m", "benchmarks.peers.by_the_book"], environ, "/telegram", first_or_start
    )


COLUMNS = (
    ("who", "name", ""),
    ("steps", "steps", ""),
    ("API calls a step", "calls_a_step", ".2f"),
    ("CPU ms a step", "cpu_ms_a_step", ".2f"),
    ("CPU s to start", "start_cpu_s", ".2f"),
    ("peak RSS MB", "peak_rss_mb", ".0f"),
    ("p50 ms", "p50_ms", ".0f"),
    ("p95 ms", "p95_ms", ".0f"),
    ("steps a second", "steps_a_second", ".0f"),
)


def row(figures: Figures) -> str:
    """A line of the table."""
    return "| " + " | ".join(format(getattr(figures, name), form) for _, name, form in COLUMNS) + " |"


async def compare(users: int, steps: int, rounds: int) -> None:
    """Prints a line for each run and the median ratio."""
    print("| " + " | ".join(title for title, _, _ in COLUMNS) + " |")
    print("|" + "---|" * len(COLUMNS))
    ratios = []
    for _ in range(rounds):
        pair = []
        for contender in (ours([sys.executable, "-m", "bot", "web"]), peer()):
            pair.append(await measured(contender, users=users, steps=steps))
            print(row(pair[-1]), flush=True)
        ratios.append(pair[0].cpu_ms_a_step / pair[1].cpu_ms_a_step)
    shown = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(f"\nours / by the book, CPU a step: median {statistics.median(ratios):.2f} ({shown})")


async def profile(users: int, steps: int) -> None:
    """Prints CPU by thread (measured undisturbed), then where the main thread's time goes under cProfile."""
    plain = await measured(ours([sys.executable, "-m", "bot", "web"]), users=users, steps=steps)
    print(f"CPU ms a step: {plain.cpu_ms_a_step:.2f}, by thread:")
    for number, seconds in enumerate(sorted(plain.threads.values(), reverse=True)):
        if seconds:
            print(f"  thread {number}: {1000 * seconds / plain.steps:.2f}")
    with tempfile.TemporaryDirectory() as folder:
        dump = str(Path(folder) / "profile")
        command = [sys.executable, "-m", "benchmarks.profiled_bot"]
        figures = await measured(ours(command, BENCH_PROFILE=dump), users=users, steps=steps)
        stats = pstats.Stats(dump)
    print(f"\nUnder cProfile ({figures.steps} steps; start and imports included), seconds in each package's own code:")
    packages: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]  # typeshed lacks it
        packages[_package(file, name)] += own
    for package, seconds in packages.most_common(18):
        print(f"  {seconds:7.2f}  {package}")
    print("\nThe functions with the most time of their own:")
    stats.sort_stats("tottime").print_stats(25)


def _package(file: str, function: str) -> str:
    parts = Path(file).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1]
    for ours_ in ("bot", "conversations", "planning"):
        if ours_ in parts:
            return "/".join(parts[parts.index(ours_) :][:2])
    if file == "~":
        return "built in: " + function.strip("<>")[:60]
    return "python: " + os.path.basename(file)  # noqa: PTH119 - also "<frozen importlib>" and the like


def main() -> None:
    """The command line; see above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="only our bot: where its CPU goes")
    given = parser.parse_args()
    work = profile(given.users, given.steps) if given.profile else compare(given.users, given.steps, given.rounds)
    uvloop.run(work)


if __name__ == "__main__":
    main()
