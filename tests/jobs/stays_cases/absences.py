"""Snapshots that say nothing about an item that they don't show."""

from tests.jobs.stays_cases import Case

CASES = {
    "an incomplete snapshot shows what it has, and says nothing of the rest": Case(
        {1: "a b", 2: "c .", 3: "a b"},
        """
        a <1-3
        b <1-3
        c 2-2 out 3
        """,
        counts="""
        a 1: days 3, seen 2, at 1, best 1 on 1, last 1
        b 1: days 3, seen 2, at 2, best 2 on 1, last 2
        c 1: days 1, seen 1, at 1, best 1 on 2, last 1
        """,
    ),
    "an item leaves on the first complete snapshot without it": Case(
        {1: "a b", 2: "b .", 3: "b"},
        """
        a <1-1 out 3
        b <1-3
        """,
    ),
    "incomplete snapshots at the edges": Case(
        {1: "a z .", 2: "a b", 3: "b", 4: "a ."},
        """
        a <1-2 out 3
        a 4-4
        b <2-3
        z <1-1 out 2
        """,
    ),
    "a list without a complete snapshot": Case(
        {1: "a .", 2: "a b ."},
        """
        a <1-2
        b <2-2
        """,
    ),
    "x A null y, then x null y": Case(
        {1: "x A - y", 2: "x - y", 3: "x - y"},
        """
        A <1-1 out 2
        x <1-3
        y <1-3
        """,
    ),
    "a null row where the item was": Case(
        {1: "a b", 2: "a -", 3: "a b"},
        """
        a <1-3
        b <1-3
        """,
    ),
    "a null row to the end": Case(
        {1: "a b", 2: "a -", 3: "a -"},
        """
        a <1-3
        b <1-1
        """,
    ),
    "a null row, then another item": Case(
        {1: "a b", 2: "a -", 3: "a c", 4: "a b"},
        """
        a <1-4
        b <1-1 out 3
        b 4-4
        c 3-3 out 4
        """,
    ),
    "a null row after the exit does not undo it": Case(
        {1: "a b", 2: "a c", 3: "a -", 4: "a b"},
        """
        a <1-4
        b <1-1 out 2
        b 4-4
        c 2-2 out 4
        """,
    ),
    "a null row elsewhere": Case(
        {1: "a b", 2: "- a"},
        """
        a <1-2
        b <1-1 out 2
        """,
    ),
    "a null row where the item was last, not first": Case(
        {1: "a b c", 2: "b a c", 3: "b - c"},
        """
        a <1-2
        b <1-3
        c <1-3
        """,
    ),
    "newest first: a null row and an insertion on top": Case(
        {1: "a b c", 2: "n a - c", 3: "m n a - c"},
        """
        a <1-3
        b <1-1
        c <1-3
        m 3-3
        n 2-3
        """,
    ),
    "the end is where the total says": Case(
        {1: "a b c .", 2: "n m a - c d"},
        """
        a <1-2
        b <1-1
        c <1-2
        d <2-2
        m <2-2
        n <2-2
        """,
    ),
    "rejects of every reason": Case(
        {1: "a b c d e", 2: "a - -no_uri -unknown_shape -not_an_object"},
        """
        a <1-2
        b <1-1
        c <1-1
        d <1-1
        e <1-1
        """,
    ),
    "one more reject than when the item was seen": Case(
        {1: "a - b c", 2: "a - - c"},
        """
        a <1-2
        b <1-1
        c <1-2
        """,
    ),
    "as many rejects as when the item was seen": Case(
        {1: "- - a b", 2: "- a -"},
        """
        a <1-2
        b <1-1 out 2
        """,
    ),
    # On 4 the reject is where b was, counted from the end, and nowhere near c
    "more rejects than when the item was seen, not than on the day before": Case(
        {1: "a b c", 2: "a - -", 3: "a -", 4: "- a"},
        """
        a <1-4
        b <1-1
        c <1-1 out 4
        """,
    ),
    "an item that was on the list twice is looked for at its best position": Case(
        {1: "a b a", 2: "b c -"},
        """
        a <1-1 out 2
        b <1-2
        c 2-2
        """,
    ),
}
