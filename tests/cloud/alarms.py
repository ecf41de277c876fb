"""CloudWatch's evaluation of an alarm over the data points of one metric.

Source: CloudWatch's guide, "Configuring how CloudWatch alarms treat missing data" (alarms without
FILL) and "Alarm evaluation windows" (the window ends when the alarm is evaluated, at any minute).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

# How far an alarm without FILL looks back beyond its periods: the guide's example has 5 for 3
_MORE_PERIODS = 2


class Point(NamedTuple):
    """A data point: hours since some instant, and the value."""

    at_h: float
    value: float


class Alarm(NamedTuple):
    """The settings of an alarm that its state depends on."""

    is_filled: bool
    compares_runs: bool
    period_h: float
    periods: int
    statistic: str
    operator: str
    threshold: float
    missing: str

    def is_raised(self, points: Sequence[Point], at_h: float) -> bool:
        """Whether the alarm is in ALARM at a time, given all data points of its metric.

        If it compares failures with runs, each data point is a run: 1 if it failed, else 0.
        """
        values = [
            self._value(points, at_h - (number + 1) * self.period_h)
            for number in range(self.periods + _MORE_PERIODS)
        ]
        if self.is_filled and points:
            window: list[float | None] = [value or 0 for value in values[: self.periods]]
        else:
            newest = [value for value in values if value is not None][: self.periods]
            window = [*newest, *[None] * (self.periods - len(newest))]
        return all(map(self._breaches, window))

    def _value(self, points: Sequence[Point], after_h: float) -> float | None:
        """The statistic of the period that begins after a time; None without data points."""
        found = [one.value for one in points if after_h < one.at_h <= after_h + self.period_h]
        if not found:
            return None
        if self.compares_runs:
            return float(sum(found) >= len(found))
        return {"Sum": sum(found), "Maximum": max(found)}[self.statistic]

    def _breaches(self, value: float | None) -> bool:
        if value is None:
            return {"breaching": True, "notBreaching": False}[self.missing]
        return {
            "GreaterThanOrEqualToThreshold": value >= self.threshold,
            "LessThanThreshold": value < self.threshold,
        }[self.operator]


def alarm_of(described: dict[str, Any]) -> Alarm:
    """An alarm of CloudWatch's answer to DescribeAlarms, over one metric or FILL of it.

    Or over Lambda's failures and runs, if it compares them.
    """
    metric, expression = described, None
    if queries := described.get("Metrics"):
        by_id = {one["Id"]: one for one in queries}
        (expression,) = [one["Expression"] for one in queries if one.get("ReturnData")]
        if "m2" in by_id:
            assert expression == "IF(FILL(m1, 0) >= FILL(m2, 1), 1, 0)"
            metrics = [by_id[one]["MetricStat"]["Metric"]["MetricName"] for one in ("m1", "m2")]
            assert metrics == ["Errors", "Invocations"]
        else:
            assert expression == "FILL(m1, 0)"
        metric = by_id["m1"]["MetricStat"]
    return Alarm(
        is_filled=expression is not None,
        compares_runs=len(described.get("Metrics", ())) > 2,
        period_h=metric["Period"] / 3600,
        periods=described["EvaluationPeriods"],
        statistic=metric.get("Stat") or metric["Statistic"],
        operator=described["ComparisonOperator"],
        threshold=described["Threshold"],
        missing=described["TreatMissingData"],
    )
