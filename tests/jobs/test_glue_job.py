"""A job on Glue is committed only when it has succeeded; Glue's own library is faked."""

from typing import Any

import awsglue.job
import pytest
from pyspark.sql import SparkSession

from jobs import glue
from jobs.errors import JobError
from jobs.glue import glue_job

ARGV = ["flatten_playlists.py", "--JOB_NAME", "flatten", "--lake", "s3://lake-bucket/prefix"]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Glue's Job is asked to do."""
    made: list[str] = []

    class Job:
        def __init__(self, _context: Any) -> None:
            pass

        def init(self, name: str, _arguments: dict[str, str]) -> None:
            made.append(f"init {name}")

        def commit(self) -> None:
            made.append("commit")

    monkeypatch.setattr(glue, "is_on_glue", lambda _spark: True)
    monkeypatch.setattr(glue, "glue_context", lambda _spark: None)
    monkeypatch.setattr(awsglue.job, "Job", Job)
    return made


def test_a_job_that_ends_well_is_committed(spark: SparkSession, calls: list[str]) -> None:
    with glue_job(spark, ARGV, ["lake"]):
        assert calls == ["init flatten"]

    assert calls == ["init flatten", "commit"]


def test_a_job_that_fails_is_not_committed(spark: SparkSession, calls: list[str]) -> None:
    with pytest.raises(JobError, match="no luck"), glue_job(spark, ARGV, ["lake"]):
        raise JobError("no luck")

    assert calls == ["init flatten"]
