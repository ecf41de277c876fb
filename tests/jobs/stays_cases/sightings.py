"""Complete snapshots without anything odd: entries, exits, returns, positions."""

from tests.jobs.stays_cases import Case

CASES = {
    "days without a snapshot end nothing": Case(
        {1: "a b", 2: "b a", 6: "a b"},
        """
        a <1-6
        b <1-6
        """,
        counts="""
        a 1: days 6, seen 3, at 1, best 1 on 1, last 1
        b 1: days 6, seen 3, at 2, best 1 on 2, last 2
        """,
        snapshots="""
        1: 2 of 2
        2: 2 of 2, after 1
        6: 2 of 2, after 2
        """,
    ),
    "a return after an exit is a new stay": Case(
        {1: "a b", 2: "b", 3: "b", 4: "b a", 5: "b"},
        """
        a <1-1 out 2
        a 4-4 out 5
        b <1-5
        """,
        counts="""
        a 1: days 1, seen 1, at 1, best 1 on 1, last 1
        a 2: days 1, seen 1, at 2, best 2 on 4, last 2
        b 1: days 5, seen 5, at 2, best 1 on 2, last 1
        """,
    ),
    "entry, best and last position": Case(
        {1: "a b c", 2: "b c a", 3: "b a c", 4: "b a c"},
        """
        a <1-4
        b <1-4
        c <1-4
        """,
        counts="""
        a 1: days 4, seen 4, at 1, best 1 on 1, last 2
        b 1: days 4, seen 4, at 2, best 1 on 2, last 1
        c 1: days 4, seen 4, at 3, best 2 on 2, last 3
        """,
    ),
    "an item that is on a list twice counts at its best position": Case(
        {1: "a b a", 2: "b a a", 3: "c b a"},
        """
        a <1-3
        b <1-3
        c 3-3
        """,
        counts="""
        a 1: days 3, seen 3, at 1, best 1 on 1, last 3
        b 1: days 3, seen 3, at 2, best 1 on 2, last 2
        c 1: days 1, seen 1, at 1, best 1 on 3, last 1
        """,
    ),
    "a relinked song is the song that was added": Case(
        {1: "b<a", 2: "a", 3: "c<a b"},
        """
        a <1-3
        b 3-3
        """,
    ),
    "an empty snapshot is a snapshot": Case({1: "", 2: "a", 3: ""}, "a 2-2 out 3"),
    "on the only date every item is current": Case({9: "s1-2"}, "s1-2 <9-9"),
    "history begins with the first snapshot of each list": Case(
        {2: "a", 3: "a b"},
        """
        a <2-3
        b 3-3
        """,
        other={1: "b"},
    ),
    "a list that ends before the item is an exit": Case(
        {1: "a b", 2: "a"},
        """
        a <1-2
        b <1-1 out 2
        """,
    ),
}
