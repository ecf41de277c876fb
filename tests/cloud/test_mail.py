"""docs/mail.md: its Terraform can be applied, and its query says what changed last."""

import json
import re
import shutil
from pathlib import Path

import pytest
import sqlglot

from playlist_lake import connect
from tests.cloud.stack import INFRA, working_copy
from tests.docs.test_links import ROOT
from tests.support.cloud import served
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import day, snapshots, stay, together

PAGE = (ROOT / "docs/mail.md").read_text(encoding="utf-8")
LANGUAGES = {"sql": "mail.sql", "hcl": "main.tf"}
FILES = {
    LANGUAGES[language]: text
    for language, text in re.findall(r"```(sql|hcl)\n(.*?)```", PAGE, re.DOTALL)
}


@pytest.mark.slow
def test_the_pages_terraform_makes_a_schedule_that_mails(tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.mkdir()
    shutil.copy(INFRA / ".terraform.lock.hcl", page)
    (page / "main.tf").write_text(FILES["main.tf"])
    # Not the AWS of the stack, whose tests look at every request
    with served("tests.cloud.server", tmp_path) as aws:
        stack = working_copy(aws, page, tmp_path / "mail", email="you@example.org")
        (stack.folder / "mail.sql").write_text(FILES["mail.sql"])

        stack.apply()

        schedule = aws.client("scheduler").get_schedule(Name="playlist-lake-mail")
        machine = aws.client("stepfunctions").describe_state_machine(
            stateMachineArn=schedule["Target"]["Arn"]
        )
        states = json.loads(machine["definition"])["States"]
        topic = states["Mail"]["Parameters"]["TopicArn"]
        subscribed = aws.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]

    assert states["Ask"]["Parameters"]["QueryString"] == FILES["mail.sql"]
    assert [one["Endpoint"] for one in subscribed] == ["you@example.org"]


def mailed(folder: Path, tables: dict[str, list[Row]]) -> list[str]:
    """The lines of the mail."""
    (query,) = sqlglot.transpile(FILES["mail.sql"], read="athena", write="duckdb")
    with connect(write_lake(folder, **tables)) as con:
        rows = con.sql(query).fetchall()
    assert len(rows) == 1
    return str(rows[0][0]).split("\n")


def test_the_mail_has_the_changes_of_the_newest_date(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B", 2: "C A B", 3: "C D A"}),
        snapshots("quiet", {1: "A", 2: "B"}, "Quiet"),
        playlist_stays=[
            stay("chart", "A", 1, (1, 3, None), is_old=True),
            stay("chart", "B", 1, (1, 2, 3), is_old=True),
            stay("chart", "C", 1, (2, 3, None)),
            stay("chart", "D", 1, (3, 3, None)),
            stay("quiet", "A", 1, (1, 1, 2), is_old=True),
            stay("quiet", "B", 1, (2, 2, None)),
        ],
    )
    for table in ("playlists", "list_snapshots"):
        tables[table][2]["name"] = "New name"
    assert mailed(tmp_path, tables) == [
        f"Changes of {day(3)}",
        "New name: entered Song D by Artist D, Guest, at 2",
        "New name: left Song B by Artist B, Guest, was at 3",
        "New name: list renamed to New name, was Chart",
    ]


def test_the_mail_says_that_nothing_changed(tmp_path: Path) -> None:
    assert mailed(tmp_path, snapshots("chart", {1: "A"})) == [
        f"Changes of {day(1)}",
        "No list changed.",
    ]
