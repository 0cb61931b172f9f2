"""`python -m bot web` under cProfile, which writes what the main thread did to the file in BENCH_PROFILE at the end."""

import cProfile
import os
import sys

from bot.__main__ import main

if __name__ == "__main__":
    profile = cProfile.Profile()
    code = profile.runcall(main, ["web"])
    profile.dump_stats(os.environ["BENCH_PROFILE"])
    sys.exit(code)
