"""What the README shows is what the commands print."""

import re
import shlex
from pathlib import Path

import pytest

from jobs.options import JobOptions, parse_options
from playlist_lake import cli, connect
from playlist_lake.demo import DATES
from playlist_lake.summary.printing import print_summary
from playlist_lake.summary.states import list_states

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"```sql\n(.*?)\n```\n\n```\n(.*?)```", README, re.DOTALL)
SPARK_SUBMIT = re.findall(r"^spark-submit (\S+) (.*)$", README, re.MULTILINE)


def test_the_question_has_its_answer_beside_it() -> None:
    assert len(QUESTIONS) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("sql", "answer"), QUESTIONS)
def test_the_question_has_the_answer_that_is_shown(
    demo_lake: Path, capsys: pytest.CaptureFixture[str], sql: str, answer: str
) -> None:
    assert cli.run(["query", sql, "--lake", str(demo_lake), "--format", "table"]) == 0
    assert capsys.readouterr().out == answer


@pytest.mark.slow
def test_the_day_that_is_shown_is_printed(
    demo_lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown,) = re.findall(r"^(Top 50 - Lakeside  2026.*?\n\nNothing .*?\n)", README, re.M | re.S)
    with connect(demo_lake) as con:
        print_summary(con, "demo-lake", list_states(con))
    assert shown in capsys.readouterr().out


@pytest.mark.slow
def test_the_demo_leaves_a_report(demo_lake: Path) -> None:
    page = (demo_lake / "report.html").read_text(encoding="utf-8")
    assert "Top 50 - Lakeside" in page


def test_the_jobs_are_submitted_with_arguments_that_they_accept() -> None:
    submitted = {
        script: parse_options(shlex.split(arguments)) for script, arguments in SPARK_SUBMIT
    }
    assert submitted == {
        "jobs/flatten_playlists.py": JobOptions("./demo-lake", (DATES[-1],)),
        "jobs/build_stays.py": JobOptions("./demo-lake"),
    }
    assert all((ROOT / script).is_file() for script in submitted)
