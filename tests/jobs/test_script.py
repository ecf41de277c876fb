"""A job script that cannot run ends with one sentence, before it reads or writes anything."""

import json
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
from moto.core import set_initial_no_auth_action_count
from pyspark.sql import SparkSession

from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.run import RunRecord
from jobs.script import run_job
from jobs.stays import build_stays
from lake.folder import FolderStorage
from lake.s3 import S3Storage
from tests.support.glue_tables import BUCKET, DATABASE, LAKE, create_glue_tables
from tests.support.outcomes_oracle import put_lines
from tests.support.raw_objects import put_raw, song
from tests.support.runs import day

Job = Callable[[SparkSession, JobOptions], RunRecord]

KEY = f"some/prefix/raw/snapshot_date={day(22)}/37i9dQZEVXbMDoHDwVN2tF.jsonl.gz"


def sentence_of(*arguments: str) -> str:
    """The sentence that the script ends with; Python then exits with status 1."""
    with pytest.raises(SystemExit) as ended:
        run_job(flatten_playlists, ["jobs/flatten_playlists.py", *arguments])
    assert isinstance(ended.value.code, str)
    return ended.value.code


def keys_in_bucket() -> list[str]:
    listed = boto3.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", ())
    return [item["Key"] for item in listed]


@pytest.fixture
def lake(aws: None) -> None:  # noqa: ARG001
    """A bucket with one raw object, and no tables."""
    put_raw(S3Storage(BUCKET, "some/prefix"), day(22), [song(1)])


@pytest.mark.usefixtures("lake", "spark")
def test_a_missing_database_is_named() -> None:
    assert sentence_of("--lake", LAKE, "--database", DATABASE) == (
        f"Glue get_table on {DATABASE}.artists answers EntityNotFoundException; "
        "create database and tables with infra/ first"
    )
    assert keys_in_bucket() == [KEY]


@pytest.mark.usefixtures("lake", "spark")
def test_a_missing_table_is_named() -> None:
    create_glue_tables(LAKE)
    boto3.client("glue").delete_table(DatabaseName=DATABASE, Name="song_artists")

    sentence = sentence_of("--lake", LAKE, "--database", DATABASE)

    assert f"{DATABASE}.song_artists answers EntityNotFoundException" in sentence
    assert keys_in_bucket() == [KEY]


@pytest.mark.usefixtures("lake", "spark")
def test_a_table_with_other_columns_is_refused_and_the_difference_named() -> None:
    create_glue_tables(LAKE)
    glue = boto3.client("glue")
    table = glue.get_table(DatabaseName=DATABASE, Name="songs")["Table"]
    columns = table["StorageDescriptor"]["Columns"]
    columns[2] = {"Name": "length_ms", "Type": "int"}
    glue.update_table(
        DatabaseName=DATABASE,
        TableInput={
            "Name": "songs",
            "PartitionKeys": table["PartitionKeys"],
            "StorageDescriptor": table["StorageDescriptor"],
        },
    )

    sentence = sentence_of("--lake", LAKE, "--database", DATABASE)

    assert f"{DATABASE}.songs has other columns in the catalog than declared" in sentence
    assert "not declared: length_ms int" in sentence
    assert keys_in_bucket() == [KEY]


@pytest.mark.usefixtures("lake", "spark")
@pytest.mark.parametrize(
    ("allowed", "sentence"),
    [
        ("s3:*", f"Glue get_table on {DATABASE}.artists answers 403; check the job's rights"),
        ("glue:*", f"{LAKE} could not be listed: S3 answers AccessDenied"),
    ],
)
def test_missing_rights_are_named(
    monkeypatch: pytest.MonkeyPatch, allowed: str, sentence: str
) -> None:
    create_glue_tables(LAKE)
    iam = boto3.client("iam")
    iam.create_user(UserName="job")
    statement = {"Effect": "Allow", "Action": allowed, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="job", PolicyName="some", PolicyDocument=policy)
    key = iam.create_access_key(UserName="job")["AccessKey"]

    @set_initial_no_auth_action_count(0)
    def said() -> str:
        with monkeypatch.context() as patched:
            patched.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
            patched.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
            # The default session would keep the credentials that it began with
            patched.setattr(boto3, "DEFAULT_SESSION", None)
            return sentence_of("--lake", LAKE, "--database", DATABASE)

    assert sentence in said()
    assert keys_in_bucket() == [KEY]


@pytest.mark.usefixtures("spark")
def test_a_run_that_publishes_nothing_ends_with_its_id(tmp_path: Path) -> None:
    torn = tmp_path / f"raw/snapshot_date={day(22)}/37i9dQZEVXbMDoHDwVN2tF.jsonl.gz"
    torn.parent.mkdir(parents=True)
    torn.write_bytes(b"torn")

    sentence = sentence_of("--lake", str(tmp_path), "--run_id", "r1")

    assert sentence == "run r1 published nothing; see above"


@pytest.mark.usefixtures("spark")
def test_both_jobs_accept_a_lake_that_has_only_outcomes(tmp_path: Path) -> None:
    put_lines(FolderStorage(tmp_path), day(22), "r1", {"a": "forbidden"})

    for job in (flatten_playlists, build_stays):
        run_job(job, ["jobs/script.py", "--lake", str(tmp_path)])

    assert len(list(tmp_path.glob(f"tables/outcomes/*/snapshot_date={day(22)}/*.parquet"))) == 1


@pytest.mark.parametrize("job", [flatten_playlists, build_stays])
def test_a_lake_that_does_not_exist_is_named_and_not_made(tmp_path: Path, job: Job) -> None:
    with pytest.raises(SystemExit) as ended:
        run_job(job, ["jobs/script.py", "--lake", f"{tmp_path}/nowhere"])
    assert str(ended.value.code).startswith(f"{tmp_path}/nowhere is not a lake: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("lake")
def test_a_prefix_that_does_not_exist_is_named() -> None:
    assert sentence_of("--lake", f"s3://{BUCKET}/other").startswith(
        f"s3://{BUCKET}/other is not a lake: "
    )
    assert keys_in_bucket() == [KEY]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--lake s3://bucket/p --snapshot_datess auto", "write --snapshot_dates"),
        ("--lake s3://bucket/p --snapshot_dates 2026-02-30", "'2026-02-30' is not a date"),
        ("--lake s3://bucket/p --snapshot_dates 2026-02-02..2026-02-01", "ends before it starts"),
        ("--lake b/p --database d", "'b/p' is not on S3"),
        ("--lake gs://b/p", "'gs://b/p' is neither a folder nor s3://bucket/prefix"),
    ],
)
@pytest.mark.usefixtures("spark")
def test_an_invalid_argument_is_one_sentence(arguments: str, sentence: str) -> None:
    assert sentence in sentence_of(*arguments.split())
