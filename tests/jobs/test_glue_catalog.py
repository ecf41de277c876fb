"""The Glue Data Catalog: limits of its calls, errors, and tables that are not as declared."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from jobs.catalog import CatalogError, SchemaMismatch, Switch
from jobs.glue_catalog import GlueCatalog
from jobs.tables import glue_tables
from tests.support.glue_tables import DATABASE, LAKE, create_glue_tables, table_input
from tests.support.lossy_aws import LossyAws
from tests.support.runs import day

D1, D2 = day(1), day(2)


@pytest.fixture
def glue_catalog(aws: None) -> GlueCatalog:  # noqa: ARG001
    """Glue with the tables that Terraform declares."""
    create_glue_tables(LAKE)
    return GlueCatalog(DATABASE, LAKE)


def folder(table: str, run_id: str, on: date) -> str:
    return f"tables/{table}/{run_id}/snapshot_date={on}"


def to(table: str, on: date, run_id: str) -> Switch:
    return Switch(table, on, None, folder(table, run_id, on))


def glue_calls(catalog: GlueCatalog) -> list[tuple[str, Any]]:
    """The calls that a catalog makes from now on, with their arguments."""
    made: list[tuple[str, Any]] = []
    catalog._glue.meta.events.register(
        "provide-client-params.glue.*",
        lambda params, model, **_: made.append((model.name, params)),
    )
    return made


def days(count: int) -> Sequence[date]:
    return [date(2026, 1, 1) + timedelta(days=number) for number in range(count)]


def test_a_glue_partition_has_the_descriptor_of_its_table(glue_catalog: GlueCatalog) -> None:
    glue_catalog.point([to("songs", D1, "r1")])

    glue = boto3.client("glue")
    table = glue.get_table(DatabaseName=DATABASE, Name="songs")["Table"]["StorageDescriptor"]
    (partition,) = glue.get_partitions(DatabaseName=DATABASE, TableName="songs")["Partitions"]
    assert partition["Values"] == ["2026-11-01"]
    assert partition["StorageDescriptor"] == table | {
        "Location": f"{LAKE}/tables/songs/r1/snapshot_date=2026-11-01/"
    }


def test_moving_an_unpartitioned_table_changes_only_its_location(glue_catalog: GlueCatalog) -> None:
    glue = boto3.client("glue")
    kept = ("Description", "TableType", "Parameters", "PartitionKeys")
    before: Any = glue.get_table(DatabaseName=DATABASE, Name="playlist_stays")["Table"]

    glue_catalog.point([Switch("playlist_stays", None, None, "tables/playlist_stays/r1")])

    after: Any = glue.get_table(DatabaseName=DATABASE, Name="playlist_stays")["Table"]
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert after["StorageDescriptor"] == before["StorageDescriptor"] | {
        "Location": f"{LAKE}/tables/playlist_stays/r1/"
    }


def test_calls_to_glue_keep_to_its_limits(glue_catalog: GlueCatalog) -> None:
    dates = days(260)
    sizes = {
        "BatchGetPartition": "PartitionsToGet",
        "BatchCreatePartition": "PartitionInputList",
        "BatchUpdatePartition": "Entries",
        "BatchDeletePartition": "PartitionsToDelete",
    }
    made = glue_calls(glue_catalog)

    glue_catalog.point([to("songs", on, "r1") for on in dates])
    glue_catalog.point([to("songs", on, "r2") for on in dates])
    assert glue_catalog.locations("songs") == {on: folder("songs", "r2", on) for on in dates}
    glue_catalog.point([Switch("songs", on, "", None) for on in dates[:60]])
    assert set(glue_catalog.locations("songs", days(1100))) == set(dates[60:])

    batches = {
        action: [len(params[argument]) for name, params in made if name == action]
        for action, argument in sizes.items()
    }
    assert batches == {
        "BatchGetPartition": [260, 260, 60, 1000, 100],
        "BatchCreatePartition": [100, 100, 60],
        "BatchUpdatePartition": [100, 100, 60],
        "BatchDeletePartition": [25, 25, 10],
    }


def test_changes_whose_answers_were_lost_are_not_errors(lossy_aws: LossyAws) -> None:
    create_glue_tables(LAKE)
    catalog, dates = GlueCatalog(DATABASE, LAKE), days(130)
    stays = "tables/playlist_stays/r1"
    changes = {
        "BatchCreatePartition": [to("songs", on, "r1") for on in dates],
        "BatchUpdatePartition": [to("songs", on, "r2") for on in dates],
        "BatchDeletePartition": [Switch("songs", on, "", None) for on in dates[:50]],
        "UpdateTable": [Switch("playlist_stays", None, None, stays)],
    }
    for action, switches in changes.items():
        lossy_aws.lose(f"glue {action}")
        catalog.point(switches)
        assert lossy_aws.requests.count(f"glue {action}") > 1

    assert catalog.locations("songs") == {on: folder("songs", "r2", on) for on in dates[50:]}
    assert catalog.locations("playlist_stays") == {None: stays}


def test_all_pages_of_partitions_are_read(glue_catalog: GlueCatalog) -> None:
    glue_catalog.point([to("songs", on, "r1") for on in (D1, D2)])

    # moto gives all partitions in one page; Glue gives a token for the next page
    def in_two_pages(parsed: dict[str, Any], context: Any, **_: Any) -> None:
        is_first = "NextToken" not in context["params"]
        parsed["Partitions"] = parsed["Partitions"][:1] if is_first else parsed["Partitions"][1:]
        if is_first:
            parsed["NextToken"] = "more"

    events = glue_catalog._glue.meta.events
    events.register(
        "provide-client-params.glue.GetPartitions",
        lambda params, context, **_: context.update(params=dict(params)),
    )
    events.register("after-call.glue.GetPartitions", in_two_pages)

    assert glue_catalog.locations("songs") == {on: folder("songs", "r1", on) for on in (D1, D2)}


def test_unprocessed_keys_are_asked_for_again(glue_catalog: GlueCatalog) -> None:
    glue_catalog.point([to("songs", on, "r1") for on in (D1, D2)])
    answered: list[int] = []

    # moto answers every key; Glue may leave some for another call
    def leave_the_last(parsed: dict[str, Any], **_: Any) -> None:
        answered.append(len(parsed["Partitions"]))
        if len(answered) == 1:
            left = parsed["Partitions"].pop()
            parsed["UnprocessedKeys"] = [{"Values": left["Values"]}]

    glue_catalog._glue.meta.events.register("after-call.glue.BatchGetPartition", leave_the_last)

    assert set(glue_catalog.locations("songs", [D1, D2])) == {D1, D2}
    assert answered == [2, 1]


@pytest.mark.parametrize(
    ("action", "switch"),
    [
        ("BatchCreatePartition", to("songs", D2, "r2")),
        ("BatchUpdatePartition", to("songs", D1, "r2")),
        ("BatchDeletePartition", Switch("songs", D1, folder("songs", "r1", D1), None)),
    ],
)
def test_an_error_within_a_batch_answer_is_raised(
    glue_catalog: GlueCatalog, action: str, switch: Switch
) -> None:
    glue_catalog.point([to("songs", D1, "r1")])
    error = {
        "PartitionValues": [str(switch.snapshot_date)],
        "PartitionValueList": [str(switch.snapshot_date)],
        "ErrorDetail": {"ErrorCode": "InternalServiceException", "ErrorMessage": "sorry"},
    }
    glue_catalog._glue.meta.events.register(
        f"after-call.glue.{action}", lambda parsed, **_: parsed.update(Errors=[error])
    )

    with pytest.raises(CatalogError) as caught:
        glue_catalog.point([switch])

    message = str(caught.value)
    assert "playlist_lake.songs" in message
    assert str(switch.snapshot_date) in message
    assert "InternalServiceException; run again, the publication is then completed" in message


def test_undeclared_and_missing_columns_are_refused_by_name(glue_catalog: GlueCatalog) -> None:
    table = glue_tables()["artists"]
    names = {"name": "full_name", "artist_id": "artist_id"}
    table["columns"] = [column | {"name": names[column["name"]]} for column in table["columns"]]
    boto3.client("glue").update_table(
        DatabaseName=DATABASE, TableInput=table_input(LAKE, "artists", table)
    )

    with pytest.raises(SchemaMismatch) as caught:
        glue_catalog.point([to("artists", D1, "r1")])

    assert str(caught.value) == (
        "playlist_lake.artists has other columns in the catalog than declared (missing: name "
        "string; not declared: full_name string; otherwise their order); apply infra/ of this "
        "version"
    )
    assert glue_catalog.locations("artists") == {}


def test_columns_in_another_order_or_with_another_type_are_refused(
    glue_catalog: GlueCatalog,
) -> None:
    swapped, retyped = glue_tables()["artists"], glue_tables()["songs"]
    swapped["columns"].reverse()
    retyped["columns"][3]["type"] = "int"
    for name, table in (("artists", swapped), ("songs", retyped)):
        boto3.client("glue").update_table(
            DatabaseName=DATABASE, TableInput=table_input(LAKE, name, table)
        )

    with pytest.raises(SchemaMismatch, match="missing: none; not declared: none; otherwise their"):
        glue_catalog.point([to("artists", D1, "r1")])
    with pytest.raises(SchemaMismatch, match="missing: duration_ms bigint; not declared: dur"):
        glue_catalog.point([to("songs", D1, "r1")])


def test_other_partition_keys_are_refused(glue_catalog: GlueCatalog) -> None:
    table = glue_tables()["artists"]
    table["partition_keys"] = [{"name": "on", "type": "date"}]
    boto3.client("glue").update_table(
        DatabaseName=DATABASE, TableInput=table_input(LAKE, "artists", table)
    )

    with pytest.raises(SchemaMismatch, match=r"artists is partitioned by \['on'\] in the catalog"):
        glue_catalog.point([to("artists", D1, "r1")])


def test_a_mismatch_of_the_last_table_is_found_before_the_first_is_switched(
    glue_catalog: GlueCatalog,
) -> None:
    table = glue_tables()["playlist_entries"]
    table["columns"].pop()
    boto3.client("glue").update_table(
        DatabaseName=DATABASE, TableInput=table_input(LAKE, "playlist_entries", table)
    )

    with pytest.raises(SchemaMismatch, match="missing: weeks_on_chart int"):
        glue_catalog.point([to("artists", D1, "r1"), to("playlist_entries", D1, "r1")])

    assert glue_catalog.locations("artists") == {}


def test_a_refusal_by_lake_formation_is_named(glue_catalog: GlueCatalog) -> None:
    with Stubber(glue_catalog._glue) as glue:
        reason = "Insufficient Lake Formation permission(s): Required Describe on songs"
        glue.add_client_error("get_table", "AccessDeniedException", reason)

        with pytest.raises(CatalogError, match="the account uses Lake Formation; see docs/deploy"):
            glue_catalog.check()


@pytest.mark.usefixtures("aws")
def test_a_missing_database_or_table_is_one_sentence() -> None:
    nowhere = GlueCatalog("nowhere", LAKE)
    remedy = "answers EntityNotFoundException; create database and tables with infra/ first"

    with pytest.raises(CatalogError, match=f"^Glue batch_get_partition on nowhere.songs {remedy}"):
        nowhere.locations("songs", [D1])
    with pytest.raises(CatalogError, match=f"^Glue get_partitions on nowhere.songs {remedy}"):
        nowhere.locations("songs")
    with pytest.raises(CatalogError, match=f"^Glue get_table on nowhere.playlist_stays {remedy}"):
        nowhere.locations("playlist_stays")
    with pytest.raises(CatalogError, match=f"^Glue get_table on nowhere.songs {remedy}"):
        nowhere.point([to("songs", D1, "r1")])


def test_missing_credentials_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(CatalogError, match=r"get_table on playlist_lake\.songs failed: Unable to"):
        GlueCatalog(DATABASE, LAKE).point([to("songs", D1, "r1")])


def test_a_missing_region_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    # botocore does not read AWS_REGION
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    sentence = r"must specify a region\.; name the region in AWS_DEFAULT_REGION, or in the profile"
    with pytest.raises(CatalogError, match=sentence):
        GlueCatalog(DATABASE, LAKE)
