"""The report after the lanes compares each total with its budget on a machine of this speed."""

from tests import lanes


def test_a_total_over_its_budget_is_marked() -> None:
    report = lanes.report(["quick", "full"], [150.0, 1000.0], 1.1, {"quick_s": 120, "full_s": 1200})

    assert report.splitlines() == [
        "",
        "A loop of 20 million steps takes 1.1 s here; the budgets are for 1 s.",
        "quick    150 s; budget 120 s, which is 132 s here  *** OVER BUDGET ***",
        "full    1000 s; budget 1200 s, which is 1320 s here",
    ]


def test_every_lane_has_a_budget() -> None:
    assert {f"{lane}_s" for lane in lanes.LANES} == lanes.budgets().keys()
