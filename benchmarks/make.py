"""How fast is the whole command, start-up included?

    python benchmarks/make.py [SOURCE] [--runs 5]

Runs `narrate make` as a process of its own and prints the median of what it took, against the length of the episode.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "samples" / "news.txt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", default=str(SAMPLE))
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(arguments.runs):
            target = str(Path(folder) / "episode.mp3")
            command = [str(Path(sys.executable).with_name("narrate")), "make", arguments.source, "-o", target, "--json"]
            began_s = time.perf_counter()
            done = subprocess.run(command, check=True, capture_output=True)
            took_s = time.perf_counter() - began_s
            facts = json.loads(done.stdout)
            ratios.append(facts["duration_s"] / took_s)
            print(f"{facts['duration_s']:.1f} s in {took_s:.2f} s: {ratios[-1]:.1f} times real time")
    print(f"median {statistics.median(ratios):.1f} times real time, {min(ratios):.1f} to {max(ratios):.1f}")


if __name__ == "__main__":
    main()
