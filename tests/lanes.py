"""Runs groups of tests (lanes); prints the time of each, and its budget from lanes.toml.

`python -m tests.lanes quick full` runs every test. `spark4` needs an environment with Spark 4.
"""

import subprocess
import sys
import time
import tomllib
from pathlib import Path

_TESTS = Path(__file__).parent
# Tests of reading raw objects and building tables; the rest does not depend on Spark's version
_SPARK4 = [
    "believable_rows",
    "descriptions",
    "item_accounting",
    "parsed_items",
    "real_captures",
    "stays",
]
LANES = {
    "quick": ["--hypothesis-profile=quick", "-m", "not slow"],
    # The property tests of the quick lane run again, with more examples
    "full": ["--hypothesis-profile=full", "-m", "slow or hypothesis"],
    "spark4": [str(_TESTS / f"jobs/test_{name}.py") for name in _SPARK4],
}
# Outside of a function, where Python takes twice as long for it
_LOOP = "total = 0\nfor number in range(20_000_000): total += number"
_PYTEST = [sys.executable, "-m", "pytest", "--numprocesses=2", "--durations=10"]


def main(lanes: list[str]) -> int:
    """Run the lanes one after the other; the exit status is 1 if any test failed."""
    loop_s = _loop_s()
    statuses, totals = [], []
    for lane in lanes:
        started = time.monotonic()
        statuses.append(subprocess.run([*_PYTEST, *LANES[lane]], check=False).returncode)
        totals.append(time.monotonic() - started)
    sys.stdout.write(report(lanes, totals, loop_s, budgets()))
    return int(any(statuses))


def budgets() -> dict[str, float]:
    """The committed budgets: seconds by lane."""
    return tomllib.loads((_TESTS / "lanes.toml").read_text(encoding="utf-8"))


def report(
    lanes: list[str], totals: list[float], loop_s: float, budgets_s: dict[str, float]
) -> str:
    """One line per lane: its seconds, and its budget on a machine of this speed."""
    lines = [f"A loop of 20 million steps takes {loop_s:.1f} s here; the budgets are for 1 s."]
    for lane, total_s in zip(lanes, totals, strict=True):
        budget_s = budgets_s[f"{lane}_s"]
        here_s = budget_s * loop_s
        line = f"{lane:<7}{total_s:5.0f} s; budget {budget_s} s, which is {here_s:.0f} s here"
        lines.append(line if total_s <= here_s else f"{line}  *** OVER BUDGET ***")
    return "\n" + "\n".join(lines) + "\n"


def _loop_s() -> float:
    """Seconds that a script with a fixed loop takes; they scale the budgets to this machine."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", _LOOP], check=True)
    return time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
