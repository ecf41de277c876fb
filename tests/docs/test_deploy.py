"""docs/deploy.md: the tables that it declares without Terraform, and what the stack costs."""

import re
import textwrap
from datetime import UTC, datetime
from typing import get_args

import boto3
import pytest

from jobs.glue_catalog import GlueCatalog
from jobs.metrics import measures
from jobs.run import RunRecord
from jobs.tables import TABLES
from lake.outcomes import Outcome
from tests.docs.test_links import ROOT

PAGE = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("aws")
def test_the_jobs_accept_the_tables_that_the_page_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r" *```python\n(.*?)```", PAGE, re.DOTALL)
    monkeypatch.chdir(ROOT)
    names: dict[str, str] = {}
    exec(textwrap.dedent(code), names)  # noqa: S102
    GlueCatalog(names["DATABASE"], names["LAKE"]).check()
    declared = boto3.client("glue").get_tables(DatabaseName=names["DATABASE"])["TableList"]
    assert {table["Name"] for table in declared} == set(TABLES)
    assert {table["StorageDescriptor"]["Location"] for table in declared} == {
        f"s3://my-bucket/playlist-lake/tables/{table}/" for table in TABLES
    }


def test_the_page_counts_the_tables_and_the_views() -> None:
    views = list((ROOT / "sql/views").glob("*.sql"))

    assert f"a Glue database with the {len(TABLES)} tables\n" in PAGE
    assert f"ok    views        all {len(views)} exist\n" in PAGE


COSTS = PAGE.partition("## What it costs a month\n")[2].partition("\n## ")[0]
STACK, OPTIONS = COSTS.split("with and without CloudWatch's free tier")


def dollars(text: str, pattern: str) -> list[float]:
    """The amounts that a pattern finds at the ends of a table's rows."""
    return [float(one) for one in re.findall(pattern, text, re.MULTILINE)]


def test_the_monthly_sum_is_that_of_its_rows() -> None:
    (total,) = dollars(STACK, r"^\| \*\*together\*\*.*\*\*([\d.]+)\*\* \|$")

    assert total == pytest.approx(sum(dollars(STACK, r"^\|.* \| ([\d.]+) \|$")))
    assert f"sum of ${total}" in COSTS


def test_the_sum_without_the_free_tier_is_that_of_its_rows() -> None:
    with_tier, without = re.findall(
        r"^\| \*\*together.*\*\*(.+)\*\* \| \*\*(.+)\*\* \|$", OPTIONS, re.M
    )[0]
    always = dollars(OPTIONS, r"^\| .*, always there \| .* \| \+([\d.]+) \|$")

    assert float(without) == pytest.approx(float(with_tier) + sum(always))
    assert len(always) == 3


def test_the_page_says_of_every_variable_whether_it_costs() -> None:
    variables = re.findall(r'^variable "(\w+)"', (ROOT / "infra/variables.tf").read_text(), re.M)

    assert len(variables) > 15
    assert [name for name in variables if not re.search(rf"`{name}\b", OPTIONS)] == []


def test_the_page_counts_the_alarms_and_metrics_of_the_stack() -> None:
    source = (ROOT / "infra/alarms.tf").read_text()
    alarms = re.findall(r"^      description = ", source, re.M)
    optional = re.findall(r"is_needed += var\.genres$", source, re.M)
    handler = (ROOT / "extract_lambda/handler.py").read_text()
    of_lambda = len(get_args(Outcome)) + len(re.findall(r'add_metric\(name="', handler))
    of_jobs = len(measures(RunRecord("r1", "flatten_playlists", datetime(2026, 11, 1, tzinfo=UTC))))

    assert len(optional) == 1
    assert re.search(rf"\| {len(alarms) - 1} . \$0\.10;", COSTS)
    assert f"The Lambda sends {of_lambda}, in 8 of 24\n  hours: {of_lambda * 8 / 24:.1f}." in COSTS
    assert f"The jobs send {of_jobs}, in one hour a day: {of_jobs / 24:.1f}." in COSTS
