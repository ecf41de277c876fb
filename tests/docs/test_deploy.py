"""The tables that docs/deploy.md declares without Terraform are those that the jobs expect."""

import re
import textwrap

import boto3
import pytest

from jobs.glue_catalog import GlueCatalog
from jobs.tables import TABLES
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
