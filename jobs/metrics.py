"""A run's metrics in CloudWatch, for the alarms: namespace PlaylistLake, dimension service=jobs.

A column that lost its values also counts with the dimension `column`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from jobs.run import RunRecord

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import DimensionTypeDef, MetricDatumTypeDef

NAMESPACE = "PlaylistLake"

_logger = logging.getLogger("playlist_lake.jobs")


def measures(record: RunRecord) -> dict[str, int]:
    """The counts of a run by metric.

    A date is new if its entries were never published before. A run is partial, too, if dates wait
    for a confirmation.
    """
    new_dates = {
        switch.snapshot_date
        for switch in record.switches
        if switch.table == "playlist_entries" and not switch.old
    }
    return {
        "new_dates": len(new_dates),
        "partial": int(record.status == "partial" or record.unconfirmed_dates > 0),
        "refused_objects": len(record.refused),
        "shrunk_lists": record.shrunk_lists,
        "drifted_columns": len(record.drifted_columns),
    }


def put_metrics(record: RunRecord) -> None:
    """Send a run's counts; a failure to send them is a warning and does not fail the run."""
    data = [_count(name, value) for name, value in measures(record).items()]
    data += [_count("drifted_columns", 1, column) for column in record.drifted_columns]
    try:
        boto3.client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=data)
    except (BotoCoreError, ClientError) as error:
        _logger.warning("the metrics of run %s could not be sent: %s", record.run_id, error)


def _count(name: str, value: int, column: str | None = None) -> MetricDatumTypeDef:
    dimensions: list[DimensionTypeDef] = [{"Name": "service", "Value": "jobs"}]
    if column:
        dimensions.append({"Name": "column", "Value": column})
    return {"MetricName": name, "Dimensions": dimensions, "Value": value, "Unit": "Count"}
