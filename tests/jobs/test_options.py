"""The jobs' arguments: which are accepted, refused with which sentence, or ignored."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.errors import JobError
from jobs.options import InvalidOption, JobOptions, parse_options, snapshot_dates
from tests.support.glue_arguments import GLUE_ARGUMENTS

RUN = ["--JOB_NAME", "flatten_playlists", "--JOB_RUN_ID", "jr_1", *GLUE_ARGUMENTS, "--encryption"]


def test_a_lake_is_enough() -> None:
    assert parse_options(["--lake", "./lake"]) == JobOptions(
        lake="./lake",
        snapshot_dates="auto",
        database=None,
        run_id=None,
        retention_days=None,
        allow_partial=False,
        confirm_retention=False,
    )


def test_every_argument_is_accepted() -> None:
    text = (
        "--lake s3://bucket/p --snapshot_dates 2026-11-22 --database playlist_lake --run_id jr_4-a "
        "--retention_days 365 --allow_partial true --confirm_retention true"
    )
    assert parse_options(text.split()) == JobOptions(
        lake="s3://bucket/p",
        snapshot_dates=(date(2026, 11, 22),),
        database="playlist_lake",
        run_id="jr_4-a",
        retention_days=365,
        allow_partial=True,
        confirm_retention=True,
    )


def test_a_value_may_follow_an_equals_sign() -> None:
    assert parse_options(["--lake=x", "--allow_partial=false"]) == JobOptions(lake="x")


def test_only_the_run_id_is_used_of_the_arguments_that_glue_adds() -> None:
    assert parse_options(["script.py", *RUN, "--lake", "x"]) == JobOptions(lake="x", run_id="jr_1")
    assert parse_options([*RUN, "--lake", "x", "--run_id", "mine"]).run_id == "mine"


def test_a_range_includes_both_ends_and_crosses_months() -> None:
    assert snapshot_dates("2024-02-28..2024-03-01") == (
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2024, 3, 1),
    )
    assert snapshot_dates("2026-11-22..2026-11-22") == (date(2026, 11, 22),)
    assert snapshot_dates("auto") == "auto"


@pytest.mark.parametrize(
    "text",
    ["", "..", "2026-11-22..", "..2026-11-22", "today", "AUTO", "2026-11-31", "2026-1-2",
     "20261122", "2026-W47-7", "2026-11-22 ", "2026-11-22,2026-11-23", "2026-11-22...2026-11-23"],
)  # fmt: skip
def test_a_text_that_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises(
        InvalidOption, match=r"is not a date; write auto, outdated, YYYY-MM-DD or D\.\.D"
    ):
        parse_options(["--lake", "x", "--snapshot_dates", text])


@pytest.mark.parametrize("text", ["2026-11-23..2026-11-22", "0001-01-01..9999-12-31"])
def test_an_impossible_range_is_refused(text: str) -> None:
    with pytest.raises(
        InvalidOption, match="ends before it starts, or has more than 3660 dates; write"
    ):
        parse_options(["--lake", "x", "--snapshot_dates", text])


@pytest.mark.parametrize(
    ("argument", "value", "sentence"),
    [
        ("--database", "", "database: '' is not the name of a Glue database; use a-z, 0-9 and _"),
        ("--database", "my-lake", "database: 'my-lake' is not the name of a Glue database"),
        ("--database", "Lake", "database: 'Lake' is not the name of a Glue database"),
        ("--database", "lake", "lake: 'x' is not on S3, but the tables of a Glue database are"),
        ("--run_id", "", "run_id: '' cannot name a folder; use letters, digits, - and _"),
        ("--run_id", "../up", "run_id: '../up' cannot name a folder"),
        ("--run_id", "a/b", "run_id: 'a/b' cannot name a folder"),
        ("--run_id", "x" * 129, "cannot name a folder"),
        ("--run_id", "r1\n", "cannot name a folder"),
        ("--retention_days", "0", "retention_days: '0' is not a number of days; write 1 to "),
        ("--retention_days", "-1", "retention_days"),
        ("--retention_days", "1.5", "retention_days: '1.5' is not a number of days"),
        ("--retention_days", "٣", "retention_days: '٣' is not a number of days"),
        ("--retention_days", "999999", "retention_days: '999999' "),
        ("--allow_partial", "True", "allow_partial: 'True' is not a boolean; write true or false"),
        ("--allow_partial", "yes", "allow_partial: 'yes' is not a boolean; write true or false"),
        (
            "--confirm_retention",
            "1",
            "confirm_retention: '1' is not a boolean; write true or false",
        ),
    ],
)
def test_an_impossible_value_is_named(argument: str, value: str, sentence: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        parse_options(["--lake", "x", argument, value])

    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("argument", "meant"),
    [
        ("--snapshot_date", "--snapshot_dates"),
        ("--snapshot-dates", "--snapshot_dates"),
        ("--retention", "--retention_days"),
        ("--run-id", "--run_id"),
        ("--allow_partials=true", "--allow_partial"),
        ("--lakes", "--lake"),
        ("--data_base", "--database"),
    ],
)
def test_a_misspelt_name_is_corrected_and_not_ignored(argument: str, meant: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        parse_options(["--lake", "x", argument, "1"])

    assert str(caught.value) == f"{argument.partition('=')[0]} is not an argument; write {meant}"


def test_a_missing_lake_and_a_missing_value_are_named() -> None:
    with pytest.raises(InvalidOption, match="required: --lake; the arguments are --lake, --snap"):
        parse_options([])
    with pytest.raises(InvalidOption, match="--run_id: expected one argument; the arguments are"):
        parse_options(["--lake", "x", "--run_id"])


def test_an_invalid_option_is_a_job_error() -> None:
    assert issubclass(InvalidOption, JobError)


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)), st.integers(0, 3659))
def test_any_range_has_every_date_from_its_first_to_its_last(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)

    dates = snapshot_dates(f"{first}..{last}")

    assert (dates[0], dates[-1], len(set(dates))) == (first, last, days + 1)
