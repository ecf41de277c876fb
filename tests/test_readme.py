"""What the README shows is what the commands print."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from playlist_lake import cli

pytestmark = pytest.mark.slow

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"```sql\n(.*?)\n```\n\n```\n(.*?)```", README, re.DOTALL)


def test_three_questions_have_their_answers_beside_them() -> None:
    assert len(QUESTIONS) == 3


@pytest.mark.parametrize(("sql", "answer"), QUESTIONS)
def test_a_question_has_the_answer_that_is_shown(
    demo_lake: Path, capsys: pytest.CaptureFixture[str], sql: str, answer: str
) -> None:
    assert cli.run(["query", sql, "--lake", str(demo_lake)]) == 0
    assert _trimmed(capsys.readouterr().out) == _trimmed(answer)


def test_the_python_runs(demo_lake: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    says = f"{code}\nprint(len(chart))"
    command = [sys.executable, "-c", says]
    ran = subprocess.run(command, cwd=demo_lake.parent, capture_output=True, text=True, check=True)
    # Three lists on thirty days
    assert ran.stdout == "90\n"


def test_the_demo_leaves_a_report(demo_lake: Path) -> None:
    page = (demo_lake / "report.html").read_text(encoding="utf-8")
    assert "Top 50 - Lakeside" in page


def _trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]
