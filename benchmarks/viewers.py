"""A mentor's page measured: what a view costs, what viewers cost those who chat, and what guessing comes to.

    python -m benchmarks.viewers cost [--views 500] [--comments 200] [--rounds 3] [--profile]
    python -m benchmarks.viewers crowd [--viewers 100] [--every 1,3,10] [--taps 100] [--pause 1] [--seconds 20]
        [--pairs 3]
    python -m benchmarks.viewers guess [--guesses 10000]

The bot runs as in production (`python -m bot web`: webhook, SQLite with synchronous=FULL, encryption), beside a
stand-in for Telegram, and is asked over real HTTP. What its summary shows is all that there is now (see
`mentor_links`). Each command prints what it measured and ends with 1 where a bar was missed. Compare what was measured
in one run.
"""

import argparse
import os
import sys
from collections.abc import Sequence

import uvloop

from benchmarks.view_cost import cost, profile
from benchmarks.view_crowd import crowd, look
from benchmarks.view_guess import guess


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; see above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    of_cost = commands.add_parser("cost")
    of_cost.add_argument("--views", type=int, default=500)
    of_cost.add_argument("--comments", type=int, default=200)
    of_cost.add_argument("--rounds", type=int, default=3)
    of_cost.add_argument("--profile", action="store_true")
    of_crowd = commands.add_parser("crowd")
    of_crowd.add_argument("--viewers", type=int, default=100)
    of_crowd.add_argument(
        "--every", default="1,3,10", help="seconds between two views of one viewer; several by commas"
    )
    of_crowd.add_argument("--taps", type=int, default=100)
    of_crowd.add_argument("--pause", type=float, default=1.0)
    of_crowd.add_argument("--seconds", type=float, default=20.0)
    of_crowd.add_argument("--pairs", type=int, default=3)
    of_guess = commands.add_parser("guess")
    of_guess.add_argument("--guesses", type=int, default=10_000)
    of_look = commands.add_parser("look", help="used by crowd")
    of_look.add_argument("site")
    of_look.add_argument("viewers", type=int)
    of_look.add_argument("every", type=float)
    given = parser.parse_args(argv)
    if given.command == "look":
        uvloop.run(look(given.site, given.viewers, given.every))
        return 0
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    if given.command == "cost":
        work = profile(given.views) if given.profile else cost(given.views, given.comments, given.rounds)
    elif given.command == "crowd":
        rates = [float(word) for word in given.every.split(",")]
        work = crowd(given.viewers, rates, given.taps, given.pause, given.seconds, given.pairs)
    else:
        work = guess(given.guesses)
    missed = uvloop.run(work)
    print("; ".join(missed) or "every bar held")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
