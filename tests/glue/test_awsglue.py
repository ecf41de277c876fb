"""AWS's library for Glue jobs, above the stand-in for its JVM half: what it reads and writes."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from awsglue.utils import GlueArgumentError, getResolvedOptions

from tests.support.glue_arguments import GLUE_ARGUMENTS
from tests.support.job_scripts import log_settings
from tests.support.spark_submit import ROOT, SPARK_SUBMIT, spark_environment, with_glue

ROWS = [(1, "one"), (2, "two"), (3, "three")]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What tests/glue/writing_script.py left: a folder per write, and what it was answered."""
    folder = tmp_path_factory.mktemp("written")
    options = f"-XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile={log_settings()}"
    ended = subprocess.run(
        [
            SPARK_SUBMIT, "--master", "local[1]", *with_glue(),
            "--conf", "spark.ui.enabled=false", "--driver-java-options", options,
            ROOT / "tests" / "glue" / "writing_script.py", folder,
        ],
        cwd=folder,
        env=spark_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout
    return folder


def rows(folder: Path) -> list[tuple[int, str]]:
    files = sorted(folder.glob("*.parquet"))
    assert files
    return [(row["number"], row["word"]) for file in files for row in _read(file)]


def _read(file: Path) -> list[dict[str, Any]]:
    return list(pq.ParquetFile(file).read().to_pylist())


def codecs(folder: Path) -> set[str]:
    return {
        pq.ParquetFile(file).metadata.row_group(0).column(0).compression
        for file in folder.glob("*.parquet")
    }


@pytest.mark.slow
def test_a_frame_becomes_a_parquet_file(written: Path) -> None:
    assert rows(written / "plain") == ROWS
    assert codecs(written / "plain") == {"SNAPPY"}


@pytest.mark.slow
def test_format_options_are_dropped_where_the_format_is_parquet(written: Path) -> None:
    assert codecs(written / "format_options") == {"SNAPPY"}
    assert rows(written / "format_options") == ROWS


@pytest.mark.slow
def test_connection_options_reach_the_writer(written: Path) -> None:
    assert codecs(written / "connection_options") == {"GZIP"}
    assert rows(written / "connection_options") == ROWS


@pytest.mark.slow
def test_a_second_write_appends(written: Path) -> None:
    assert rows(written / "twice") == [*ROWS, *ROWS]


@pytest.mark.slow
def test_partition_keys_become_folders_and_leave_the_files(written: Path) -> None:
    found = {
        file.parent.name: _read(file) for file in Path(written, "partitioned").rglob("*.parquet")
    }

    assert found == {
        "word=one": [{"number": 1}],
        "word=two": [{"number": 2}],
        "word=three": [{"number": 3}],
    }


@pytest.mark.slow
def test_an_empty_frame_leaves_nothing(written: Path) -> None:
    assert not Path(written, "empty").exists()
    assert not Path(written, "empty_partitioned").exists()
    assert rows(written / "after_empty") == ROWS


@pytest.mark.slow
def test_our_sink_is_glues_and_leaves_only_snappy_files(written: Path) -> None:
    answers = json.loads(Path(written, "answers.json").read_text())

    assert answers["sink"] == "DynamicFrameSink"
    assert rows(written / "sink") == ROWS
    assert codecs(written / "sink") == {"SNAPPY"}
    assert not Path(written, "sink", "_SUCCESS").exists()


@pytest.mark.slow
def test_a_job_is_initialized_before_it_is_committed(written: Path) -> None:
    answers = json.loads(Path(written, "answers.json").read_text())

    assert answers["initialized at first"] is False
    assert answers["commit before init"] == "commit before init"
    assert answers["initialized after init"] is True


ARGV = [
    "flatten_playlists.py",
    "--lake", "s3://lake-bucket/some/prefix",
    *GLUE_ARGUMENTS,
    "--JOB_NAME", "flatten_playlists",
    "--snapshot_dates", "2026-11-21..2026-11-22",
    "--JOB_RUN_ID", "jr_1",
]  # fmt: skip


def test_our_arguments_are_found_among_those_that_glue_adds() -> None:
    asked = ["JOB_NAME", "lake", "snapshot_dates"]

    found = getResolvedOptions(ARGV, asked)

    assert {name: found[name] for name in (*asked, "JOB_RUN_ID", "job_bookmark_option")} == {
        "JOB_NAME": "flatten_playlists",
        "lake": "s3://lake-bucket/some/prefix",
        "snapshot_dates": "2026-11-21..2026-11-22",
        "JOB_RUN_ID": "jr_1",
        "job_bookmark_option": "job-bookmark-disable",
    }
    assert not {"enable_metrics", "job_language", "extra_py_files"} & set(found)


def test_an_argument_that_is_asked_for_must_be_there() -> None:
    with pytest.raises(GlueArgumentError, match="--database"):
        getResolvedOptions(ARGV, ["lake", "database"])
