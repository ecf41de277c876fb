"""Lists that shrink to less than half."""

from tests.jobs.stays_cases import Case

CASES = {
    "50, 20, 8, 8": Case(
        {1: "s1-50", 2: "s1-20", 3: "s1-8", 4: "s1-8"},
        """
        s1-8 <1-4
        s9-20 <1-2 out 3
        s21-50 <1-1 out 2
        """,
        snapshots="""
        1: 50 of 50
        2: 20 of 20, drop, after 1
        3: 8 of 8, drop, after 1
        4: 8 of 8, after 1
        """,
    ),
    "50, 20, 8 so far": Case(
        {1: "s1-50", 2: "s1-20", 3: "s1-8"},
        """
        s1-8 <1-3
        s9-20 <1-2 missing 3
        s21-50 <1-1 missing 2
        """,
    ),
    "50, 20, 30": Case(
        {1: "s1-50", 2: "s1-20", 3: "s1-30"},
        """
        s1-30 <1-3
        s31-50 <1-1 out 2
        """,
    ),
    "50, 0, 50": Case({1: "s1-50", 2: "", 3: "s1-50"}, "s1-50 <1-3"),
    "50, 0, 0, 50": Case(
        {1: "s1-50", 2: "", 3: "", 4: "s1-50"},
        """
        s1-50 <1-1 out 2
        s1-50 4-4
        """,
        snapshots="""
        1: 50 of 50
        2: 0 of 0, drop, after 1
        3: 0 of 0, after 1
        4: 50 of 50, after 3
        """,
    ),
    "60, 25 others, 60 others, weekly": Case(
        {1: "s1-60", 8: "t1-25", 15: "u1-60"},
        """
        s1-60 <1-1 out 8
        t1-25 8-8 out 15
        u1-60 15-15
        """,
    ),
    "50, 20 so far": Case(
        {1: "s1-50", 2: "s1-20"},
        """
        s1-20 <1-2
        s21-50 <1-1 missing 2
        """,
    ),
    "50, 19 and a new one, 50": Case(
        {1: "s1-50", 2: "s1-19 n", 3: "s1-50"},
        """
        s1-50 <1-3
        n 2-2 out 3
        """,
    ),
    "an item that returns in a second drop": Case(
        {1: "s1-30", 2: "s1-14", 3: "s10-15", 4: "s10-15"},
        """
        s1-9 <1-2 out 3
        s10-15 <1-4
        s16-30 <1-1 out 2
        """,
    ),
    "exactly half is not a drop": Case(
        {1: "s1-10", 2: "s1-5"},
        """
        s1-5 <1-2
        s6-10 <1-1 out 2
        """,
        snapshots="""
        1: 10 of 10
        2: 5 of 5, after 1
        """,
    ),
    "less than half of ten is a drop": Case(
        {1: "s1-10", 2: "s1-4"},
        """
        s1-4 <1-2
        s5-10 <1-1 missing 2
        """,
    ),
    "a list of nine has no drop": Case({1: "s1-9", 2: ""}, "s1-9 <1-1 out 2"),
    "1, 0": Case({1: "a", 2: ""}, "a <1-1 out 2"),
    "a short first snapshot is not a drop": Case(
        {1: "s1-3", 2: "s1-50"},
        """
        s1-3 <1-2
        s4-50 2-2
        """,
        snapshots="""
        1: 3 of 3
        2: 50 of 50, after 1
        """,
    ),
    "the first complete snapshot is not a drop": Case(
        {1: "s1-20 .", 2: "s1-5"},
        """
        s1-5 <1-2
        s6-20 <1-1 out 2
        """,
        snapshots="""
        1: 20 of 21, incomplete
        2: 5 of 5
        """,
    ),
    "an incomplete snapshot is not a drop, and none is measured by it": Case(
        {1: "s1-20", 2: "s1-3 .", 3: "s1-9"},
        """
        s1-9 <1-3
        s10-20 <1-1 missing 3
        """,
        snapshots="""
        1: 20 of 20
        2: 3 of 4, incomplete, after 1
        3: 9 of 9, drop, after 1
        """,
    ),
    "an incomplete snapshot between a drop and the next": Case(
        {1: "s1-12", 2: "s1-5", 3: "s1-6 .", 4: "s1-5"},
        """
        s1-5 <1-4
        s6 <1-3 out 4
        s7-12 <1-1 out 4
        """,
    ),
    # s5 may be the reject counted from the top, s10 counted from the end
    "rejects count as rows": Case(
        {1: "s1-10", 2: "s1-4 -"},
        """
        s1-4 <1-2
        s5 <1-1
        s6-9 <1-1 out 2
        s10 <1-1
        """,
        snapshots="""
        1: 10 of 10
        2: 5 of 5, 1 rejects, after 1
        """,
    ),
    # s4 may be the reject counted from the top, s12 counted from the end: their wait starts afresh
    "a reject inside a drop": Case(
        {1: "s1-12", 2: "s1-3 -", 3: "s1-3"},
        """
        s1-3 <1-3
        s4 <1-1 out 3
        s5-11 <1-1 out 2
        s12 <1-1 out 3
        """,
    ),
    "a reject inside a drop, so far": Case(
        {1: "s1-12", 2: "s1-3 -"},
        """
        s1-3 <1-2
        s4 <1-1
        s5-11 <1-1 missing 2
        s12 <1-1
        """,
    ),
}
