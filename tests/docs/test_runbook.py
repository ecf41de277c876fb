"""The runbook has every alarm, every cause, and the messages that the code really writes."""

import pkgutil
import re
from importlib import import_module

import pytest

import extract_lambda
from extract_lambda.errors import ExtractError
from extract_lambda.outcomes import cause_of
from lake.errors import LakeError
from tests.docs.test_links import ROOT

RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
ALARMS = RUNBOOK.partition("## The alarms\n")[2].partition("\n## ")[0]
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for package in ("extract_lambda", "jobs", "lake")
    for path in sorted((ROOT / package).glob("**/*.py"))
)


def test_every_alarm_has_a_section_and_says_how_long_it_lasts() -> None:
    source = (ROOT / "infra/alarms.tf").read_text(encoding="utf-8")
    periods = dict(
        re.findall(
            r"^    ([a-z-]+) = \{\n      description =.*?local\.(\w+_s)\b", source, re.M | re.S
        )
    )
    lasts = {
        name: told
        for names, told in re.findall(r"^\| (`[a-z-]+`.*?) \| (.*?) \|", ALARMS, re.MULTILINE)
        for name in re.findall(r"`([a-z-]+)`", names)
        if name in periods
    }

    assert len(periods) == 11
    assert sorted(re.findall(r"^### ([a-z-]+)$", ALARMS, re.MULTILINE)) == sorted(periods)
    assert {name: re.findall(r"an hour|\d+ hours?", told) for name, told in lasts.items()} == {
        name: ["4 hours" if period == "failed_runs_period_s" else "1 hour"]
        for name, period in periods.items()
    } | {"genres-failed": ["25 hours"], "no-new-date": ["an hour"]}


def test_every_cause_is_one_that_the_lambda_logs() -> None:
    for module in pkgutil.iter_modules(extract_lambda.__path__, "extract_lambda."):
        import_module(module.name)
    causes = re.findall(
        r"^\| (`.*?) \|", ALARMS.partition("| cause |")[2].partition("###")[0], re.M
    )
    named = {name for row in causes for name in re.findall(r"`(\w+)`", row)}
    assert named
    assert named <= {
        cause_of(error) for base in (ExtractError, LakeError) for error in _all_subclasses(base)
    }


@pytest.mark.parametrize(
    "message",
    [
        "is publishing to this lake",
        "has other columns in the catalog than declared",
        "published nothing",
        "Spark stopped during",
        "Java, in which Spark runs,",
        "lists read",
        "artists asked for",
        "refuses more calls for now",
        "not understood",
        "is not an e-mail or web address",
        "these lists were read until now",
        "failed the audit",
        "neither built nor deleted",
        "could not be stored",
    ],
)
def test_a_message_in_the_runbook_is_one_of_the_code(message: str) -> None:
    assert message in RUNBOOK
    assert message in SOURCES


def _all_subclasses(error: type[Exception]) -> set[type[Exception]]:
    found = set(error.__subclasses__())
    return found.union(*(_all_subclasses(one) for one in found))
