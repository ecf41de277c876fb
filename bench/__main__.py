"""`python -m bench SIZE…`: measure, print, hold to the budget; `all` but `quick` unless named."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import results as found
from bench.contestants import CONTESTANTS, Contestant, measure
from bench.keys import WrongKeys, check, expected_keys
from bench.measuring import ProgramFailed
from bench.raw_zones import zone
from bench.results import Results
from bench.sizes import SIZES, Size

_DATA = Path(__file__).with_name("data")
_ROUNDS = 3


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status: 1 if something failed or is over the budget."""
    options = _options(arguments)
    console = Console()
    results = Results()
    try:
        for size in options.sizes:
            _measure(size, options.contestants, options.rounds, options.data, results, console)
    except (ProgramFailed, WrongKeys) as error:
        console.print(f"error: {error}", style="red", soft_wrap=True)
        return 1
    _print(console, results)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("sizes", nargs="*", metavar="SIZE", choices=["all", *SIZES], default="all")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="runs of each contestant")
    parser.add_argument("--data", type=Path, default=_DATA, help="folder for the raw zones")
    parser.add_argument(
        "--only", dest="contestants", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS)
    )
    options = parser.parse_args(arguments)
    is_all = "all" in options.sizes
    options.sizes = [
        size
        for size in SIZES.values()
        if (is_all and size.name != "quick") or size.name in options.sizes
    ]
    options.contestants = [CONTESTANTS[name] for name in options.contestants]
    return options


def _measure(
    size: Size,
    contestants: Sequence[Contestant],
    rounds: int,
    data: Path,
    results: Results,
    console: Console,
) -> None:
    """Let the contestants run in turns, so that what else the machine does befalls them all."""
    raw = zone(data, size)
    results.page_bytes[size.name] = raw.page_bytes
    expected = expected_keys(raw)
    with tempfile.TemporaryDirectory(dir=data) as folder:
        for number in range(rounds):
            for contestant in contestants:
                run, output = measure(contestant, raw, Path(folder))
                check(expected, output)
                results.add(size, contestant.name, run)
                console.print(
                    f"{size.name}, round {number + 1}: {contestant.label} {run.seconds:.1f} s, "
                    f"{run.peak_bytes / 1e6:,.0f} MB",
                    style="dim",
                )


def _print(console: Console, results: Results) -> None:
    shown = Table(*found.HEADER)
    for row in found.table(results):
        shown.add_row(*row)
    console.print(shown)
    for size in results.page_bytes:
        for step, seconds in results.steps(size, "ours").items():
            console.print(f"{size}: {step} {seconds:.1f} s", style="dim")


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    sys.exit(main(sys.argv[1:]))
