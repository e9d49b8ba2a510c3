"""Does the same command finish what was killed, whenever that was?

    python benchmarks/resume.py [--kills 25] [--words 1500] [--seed N]

Makes an episode undisturbed, then kills the command at moments drawn from the time that took, one in every stretch of
it, each time with an empty cache, and runs it again. Prints when it was killed, how many clips were kept and found
again, and whether the file is the same to the byte, with nothing left behind. Ends with 1 where one is not.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from script import book

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from runs import Place, kill_and_resume


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--words", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "text.md"
        source.write_text(book(arguments.words), "utf-8")
        runs = [make_whole(Place(Path(folder) / f"undisturbed-{number}"), source) for number in range(3)]
        whole, took_s = runs[0][0], min(took_s for _, took_s in runs)
        print(f"seed {arguments.seed}; undisturbed in {took_s:.1f} s, {len(whole):,} bytes\n")
        print("| killed after | sentences | clips kept | found again | same bytes | left behind |")
        print("|---|---|---|---|---|---|")
        bad = 0
        for number in range(arguments.kills):
            moment_s = draw.uniform(number, number + 1) * took_s / arguments.kills
            place = Place(Path(folder) / str(number))
            found = kill_and_resume(place, source, partial(time.sleep, moment_s))
            same, left = found.data == whole, [*found.orphans, *found.left]
            when = f"{moment_s:.2f} s" if found.in_time else "its end"
            bad += not same or bool(left) or found.reused < found.kept
            print(
                f"| {when} | {found.sentences} | {found.kept} | {found.reused} "
                f"| {'yes' if same else 'NO'} | {', '.join(left) or 'nothing'} |",
                flush=True,
            )
    print(f"\n{arguments.kills - bad} of {arguments.kills} whole")
    sys.exit(bool(bad))


def make_whole(place: Place, source: Path) -> tuple[bytes, float]:
    """The episode undisturbed, and how long it took."""
    began_s = time.perf_counter()
    done = place.make(source)
    if done.status:
        raise SystemExit(done.err)
    return (place.targets / "a.mp3").read_bytes(), time.perf_counter() - began_s


if __name__ == "__main__":
    main()
