"""The deployed alarms: what raises them, and how long they last."""

import json
from typing import Any

import pytest

from tests.cloud.alarms import Alarm, Point, alarm_of
from tests.cloud.recorded import ACCOUNT
from tests.cloud.stack import Stack

pytestmark = pytest.mark.slow

# How long each alarm lasts after the last data point that raised it
LASTS_H = {
    "extraction-failed": 4,
    "extraction-throttled": 4,
    "function-throttled": 1,
    "list-unavailable": 1,
    "token-old": 4,
    "job-partial": 1,
    "payload-drift": 1,
    "job-failed": 1,
    "dead-letters": 1,
}
SCHEDULE_H = 3
DAY_H = 24
REASON = 'User "arn:aws:sts::1:x" is not authorized: "s3:GetObject"\nCaused by: {"a": "\\"}'
FAILED_JOB = {
    "source": "aws.glue",
    "detail-type": "Glue Job State Change",
    "detail": {
        "jobName": "playlist-lake-build-stays",
        "state": "FAILED",
        "jobRunId": "jr_1",
        "message": REASON,
    },
}


@pytest.fixture(scope="module")
def alarms(stack: Stack) -> dict[str, Alarm]:
    """The deployed alarms by name, without the stack's prefix."""
    found = stack.cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {one["AlarmName"].removeprefix("playlist-lake-"): alarm_of(one) for one in found}


def test_every_alarm_but_one_is_raised_by_data(alarms: dict[str, Alarm]) -> None:
    assert set(alarms) == {*LASTS_H, "genres-failed", "no-new-date"}
    assert {name for name, alarm in alarms.items() if alarm.is_raised([], at_h=0)} == {
        "no-new-date"
    }


@pytest.mark.parametrize(("name", "lasts_h"), LASTS_H.items())
def test_an_alarm_ends_in_time_for_the_next_failure(
    alarms: dict[str, Alarm], name: str, lasts_h: int
) -> None:
    alarm = alarms[name]
    again_h = lasts_h + 1
    points = [Point(0, alarm.threshold), Point(again_h, alarm.threshold)]

    # The first data point may arrive after 15 minutes, when a run ends that began with it
    times = 0.3, lasts_h - 0.1, lasts_h + 0.1, again_h - 0.1, again_h + 0.3

    assert [alarm.is_raised(points, at) for at in times] == [True, True, False, False, True]


@pytest.mark.parametrize("name", ["extraction-failed", "extraction-throttled", "token-old"])
def test_runs_that_fail_one_after_the_other_are_one_alarm(
    alarms: dict[str, Alarm], name: str
) -> None:
    alarm = alarms[name]
    points = [Point(number * SCHEDULE_H, alarm.threshold) for number in range(5)]
    # Just before a run's data point arrives
    times = [number * SCHEDULE_H + 0.3 for number in range(5)]

    assert all(
        alarm.is_raised([one for one in points if one.at_h < at - 0.3], at) for at in times[1:]
    )


def runs_of(*days: str) -> list[Point]:
    """A run a day for each letter, 3 hours apart: F for one that failed, S for another."""
    return [
        Point(number * DAY_H + again * SCHEDULE_H, float(letter == "F"))
        for number, day in enumerate(days)
        for again, letter in enumerate(day)
    ]


@pytest.mark.parametrize("day", ["F", "FF"])
def test_genres_failed_is_raised_on_the_third_day_of_failures_and_stays(
    alarms: dict[str, Alarm], day: str
) -> None:
    points = runs_of(*[day] * 5, "S")

    def is_raised(at_h: float) -> bool:
        return alarms["genres-failed"].is_raised([one for one in points if one.at_h <= at_h], at_h)

    third_day_h, success_h = 2 * DAY_H, 5 * DAY_H

    assert not any(is_raised(hour / 2) for hour in range(2 * third_day_h))
    assert all(is_raised(hour / 2) for hour in range(2 * (third_day_h + 6), 2 * success_h))
    assert not any(is_raised(hour / 2) for hour in range(2 * success_h, 2 * (success_h + 80)))


@pytest.mark.parametrize(
    "days", [("F", "F", "S", "F", "F"), ("F", "F", "SF", "F", "F"), ("F", "F", "", "", "F", "F")]
)
def test_genres_failed_is_not_raised_by_failures_with_a_success_or_a_pause_between(
    alarms: dict[str, Alarm], days: tuple[str, ...]
) -> None:
    points = runs_of(*days)

    assert not any(
        alarms["genres-failed"].is_raised([one for one in points if one.at_h <= hour], hour)
        for hour in range(8 * DAY_H)
    )


def test_no_new_date_is_raised_26_hours_after_the_last_one(alarms: dict[str, Alarm]) -> None:
    alarm = alarms["no-new-date"]
    # A run that published nothing new sends a zero
    points = [Point(0, 1), Point(24, 1), Point(30, 0), Point(48, 0)]

    times = 1, 25, 49, 24 + 26.1, 60

    assert [alarm.is_raised(points, at) for at in times] == [False, False, False, True, True]


def test_a_drift_raises_the_alarm_once_for_all_columns(stack: Stack) -> None:
    watch = stack.cloud.client("cloudwatch")
    (alarm,) = watch.describe_alarms(AlarmNames=["playlist-lake-payload-drift"])["MetricAlarms"]
    (metric,) = [one["MetricStat"]["Metric"] for one in alarm["Metrics"] if "MetricStat" in one]

    assert metric["Dimensions"] == [{"Name": "service", "Value": "jobs"}]


def test_the_reason_of_a_failed_job_arrives_whatever_it_contains(stack: Stack) -> None:
    events = stack.cloud.client("events")
    (target,) = events.list_targets_by_rule(Rule="playlist-lake-job-failed")["Targets"]

    sent = json.loads(as_eventbridge_sends(FAILED_JOB, target))

    assert sent["detail"]["message"] == REASON
    assert sent["detail"]["jobName"] == "playlist-lake-build-stays"


def as_eventbridge_sends(event: dict[str, Any], target: dict[str, Any]) -> str:
    """What a target receives. EventBridge inserts values into a template without escaping them.

    Source: EventBridge's guide, "Common issues with transforming input".
    """
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    text: str = transformer["InputTemplate"]
    for name, path in transformer["InputPathsMap"].items():
        value: Any = event
        for key in path.split(".")[1:]:
            value = value[key]
        text = text.replace(f"<{name}>", value)
    return text


def test_only_events_that_started_nothing_become_dead_letters(stack: Stack) -> None:
    client = stack.cloud.client
    queue = stack.outputs()["dead_letters"]
    rules = {one["Name"]: one["Arn"] for one in client("events").list_rules()["Rules"]}
    targets = [
        target
        for rule in rules
        for target in client("events").list_targets_by_rule(Rule=rule)["Targets"]
    ]
    (schedule,) = client("scheduler").list_schedules()["Schedules"]
    target = client("scheduler").get_schedule(
        GroupName=schedule["GroupName"], Name=schedule["Name"]
    )["Target"]
    read = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]

    functions = client("lambda").list_functions()["Functions"]

    assert ["DeadLetterConfig" in one for one in functions] == [False, False]
    senders = [*targets, target]
    assert [one["DeadLetterConfig"]["Arn"] for one in senders] == [read["QueueArn"]] * 4
    (statement,) = json.loads(read["Policy"])["Statement"]
    allowed = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert sorted(allowed) == sorted(rules.values())


def test_the_topic_accepts_only_services_of_this_account(stack: Stack) -> None:
    topic = stack.outputs()["alarm_topic"]
    read = stack.cloud.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]

    granted = json.loads(read["Policy"])["Statement"]

    assert [one["Condition"] for one in granted] == [
        {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    ]


PLAIN = Alarm(False, False, 1, 3, "Sum", "GreaterThanOrEqualToThreshold", 1, "")


@pytest.mark.parametrize(
    ("series", "breaching", "not_breaching"),
    [
        # The rows of the guide's table for 3 of 3 data points; the newest stands at the end
        ("0 - X - X", False, False),
        ("- - - - 0", False, False),
        ("- - - - -", True, False),
        ("0 X X - X", True, True),
        ("- - X - -", True, False),
    ],
)
def test_the_evaluation_agrees_with_the_guide(
    series: str, breaching: bool, not_breaching: bool
) -> None:
    values = {"0": 0.0, "X": 1.0}
    points = [
        Point(hour, values[mark]) for hour, mark in enumerate(series.split(), 1) if mark in values
    ]

    assert PLAIN._replace(missing="breaching").is_raised(points, at_h=5) is breaching
    assert PLAIN._replace(missing="notBreaching").is_raised(points, at_h=5) is not_breaching
