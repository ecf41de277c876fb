"""The flatten script as Glue runs it, against a real catalog and S3A: what it publishes there.

tests/cloud/test_deployed.py runs both scripts, day after day; tests/jobs/ has each of their rules.
"""

import gzip
import random
from pathlib import Path

import pytest

from jobs.parsed_items import DRIVER_BYTES
from playlist_lake.demo import DATES
from simulator.world.catalogue import SimulatedCatalogue
from tests.support.cloud import Cloud, put_folder, record_of
from tests.support.glue_tables import BUCKET, LAKE, TABLE_NAMES
from tests.support.job_scripts import Ended, submit
from tests.support.readers import Rows, locations_on_glue, tables_in_folder, tables_on_glue

pytestmark = pytest.mark.slow

D1, D2, D3 = DATES[-3:]
_, _, MIXTAPE = SimulatedCatalogue().playlist_ids
TORN = f"raw/snapshot_date={D3}/{MIXTAPE}.jsonl.gz"


@pytest.fixture(scope="module")
def ended(aws: Cloud, three_days: Path) -> Ended:
    """One run over three days, in Python workers; an object of the last day is torn and large."""
    put_folder(aws, three_days)
    sound = gzip.decompress((three_days / TORN).read_bytes())
    noise = random.Random(0).randbytes(2 * DRIVER_BYTES).hex().encode()  # noqa: S311
    torn = gzip.compress(sound + noise)[:-20]
    assert len(torn) > DRIVER_BYTES
    aws.client("s3").put_object(Bucket=BUCKET, Key=f"some/prefix/{TORN}", Body=torn)
    return submit(aws, "flatten_playlists", run_id="jr_first")


@pytest.fixture(scope="module")
def in_a_folder(built_lake: Path) -> Rows:
    """The tables that the sound objects give in a folder."""
    return tables_in_folder(built_lake)


def test_the_script_runs_as_a_glue_job_that_is_committed_at_its_end(ended: Ended) -> None:
    assert ended.status == 0, ended.said
    lines = ended.said.splitlines()
    assert "Job.init flatten_playlists jr_first" in lines
    assert "run jr_first: partial" in lines
    assert "Job.commit" in lines


def test_tables_on_s3_equal_those_of_a_folder(ended: Ended, aws: Cloud, in_a_folder: Rows) -> None:
    assert ended
    tables = tables_on_glue(aws)
    for table in TABLE_NAMES:
        for on in (D1, D2):
            assert tables[table][on] == in_a_folder[table][on], (table, on)
    assert tables["playlist_stays"] == {None: []}


def test_a_date_goes_out_without_its_torn_object(
    ended: Ended, aws: Cloud, in_a_folder: Rows
) -> None:
    assert f"{TORN} is truncated (the write was interrupted)" in ended.said
    whole = in_a_folder["playlist_entries"][D3]
    sound = [row for row in whole if dict(row)["playlist_id"] != MIXTAPE]
    assert 0 < len(sound) < len(whole)
    assert tables_on_glue(aws)["playlist_entries"][D3] == sound


def test_the_catalog_and_the_record_name_every_switch(ended: Ended, aws: Cloud) -> None:
    assert ended
    record = record_of(aws, "jr_first")
    switches = {(switch["table"], switch["snapshot_date"]) for switch in record["switches"]}
    assert switches == {(table, str(on)) for table in TABLE_NAMES for on in (D1, D2, D3)}
    locations = locations_on_glue(aws)
    for table in TABLE_NAMES:
        for on in (D1, D2, D3):
            expected = f"{LAKE}/tables/{table}/jr_first/snapshot_date={on}/"
            assert locations[table, on] == expected
