"""Songs that are replaced by the same recording under another id."""

from tests.jobs.stays_cases import Case

CONTINUED = """
    A <1-1 out 2 continued by B
    B 2-2 continues A since 1 as A
"""
NOT_CONTINUED = """
    A <1-1 out 2
    B 2-2
"""

CASES = {
    "A, B with the ISRC of A": Case({1: "A=I1", 2: "B=I1"}, CONTINUED),
    "A, A and B, B": Case(
        {1: "A=I1", 2: "A=I1 B=I1", 3: "B=I1"},
        """
        A <1-2 out 3
        B 2-3
        """,
    ),
    "another ISRC": Case({1: "A=I1", 2: "B=I2"}, NOT_CONTINUED),
    "A has no ISRC": Case({1: "A", 2: "B=I1"}, NOT_CONTINUED),
    "B has no ISRC": Case({1: "A=I1", 2: "B"}, NOT_CONTINUED),
    "neither has an ISRC": Case({1: "A", 2: "B"}, NOT_CONTINUED),
    "hyphens and lower case": Case({1: "A=qz-aaa-26-00001", 2: "B=QZAAA2600001"}, CONTINUED),
    "a placeholder": Case({1: "A=000000000000", 2: "B=000000000000"}, NOT_CONTINUED),
    "a text that is not an ISRC": Case({1: "A=unknown", 2: "B=unknown"}, NOT_CONTINUED),
    "one artist of several in common": Case({1: "A=I1/X+Y", 2: "B=I1/Y+Z"}, CONTINUED),
    "no artist in common": Case({1: "A=I1/X", 2: "B=I1/Y"}, NOT_CONTINUED),
    "artists are those of the date that brought the ISRC": Case(
        {1: "A=I1/X", 2: "A=I1/Y", 3: "B=I1/Y"},
        """
        A <1-2 out 3
        B 3-3
        """,
    ),
    "a day between": Case(
        {1: "A=I1 z", 2: "z", 3: "z B=I1"},
        """
        A <1-1 out 2
        B 3-3
        z <1-3
        """,
    ),
    "on another list": Case({1: "A=I1", 2: ""}, "A <1-1 out 2", other={2: "B=I1"}),
    "a relinked song has the ISRC of the song that is played": Case(
        {1: "R<A=I1", 2: "B=I1"}, CONTINUED
    ),
    "A, B, C": Case(
        {1: "A=I1", 2: "B=I1", 4: "C=I1"},
        """
        A <1-1 out 2 continued by B
        B 2-2 out 4 continues A continued by C since 1 as A
        C 4-4 continues B since 1 as A
        """,
    ),
    "A, B, A": Case(
        {1: "A=I1", 2: "B=I1", 3: "A=I1"},
        """
        A <1-1 out 2 continued by B
        A 3-3 continues B since 1 as A
        B 2-2 out 3 continues A continued by A since 1 as A
        """,
    ),
    "two for two: the nearest first": Case(
        {1: "A=I1 x y B=I1", 2: "x C=I1 D=I1 y"},
        """
        A <1-1 out 2 continued by C
        B <1-1 out 2 continued by D
        C 2-2 continues A since 1 as A
        D 2-2 continues B since 1 as B
        x <1-2
        y <1-2
        """,
    ),
    # The nearest pair of all is B and C, though A and C with B and D are nearer together
    "two for two: the nearest pair wins, whatever is left": Case(
        {1: "A=I1 x y B=I1", 2: "D=I1 x y C=I1 z"},
        """
        A <1-1 out 2 continued by D
        B <1-1 out 2 continued by C
        C 2-2 continues B since 1 as B
        D 2-2 continues A since 1 as A
        x <1-2
        y <1-2
        z 2-2
        """,
    ),
    "one for two: equally near, the smaller last position": Case(
        {1: "A=I1 x B=I1", 2: "x C=I1"},
        """
        A <1-1 out 2 continued by C
        B <1-1 out 2
        C 2-2 continues A since 1 as A
        x <1-2
        """,
    ),
    "two for one: equally near, the smaller entry position": Case(
        {1: "x A=I1 y", 2: "C=I1 x D=I1 y"},
        """
        A <1-1 out 2 continued by C
        C 2-2 continues A since 1 as A
        D 2-2
        x <1-2
        y <1-2
        """,
    ),
    # On 2 the null row is where A was, counted from the end; both A and B were last at 1
    "one for two: positions alike, the smaller URI": Case(
        {1: "A=I1 x y", 2: "B=I1 - x y", 3: "C=I1 x y"},
        """
        A <1-1 out 3 continued by C
        B 2-2 out 3
        C 3-3 continues A since 1 as A
        x <1-3
        y <1-3
        """,
    ),
    "inside a drop": Case(
        {1: "A=I1 s1-11", 2: "s1-4 B=I1", 3: "s1-11 B=I1"},
        """
        A <1-1 out 2 continued by B
        B 2-3 continues A since 1 as A
        s1-11 <1-3
        """,
    ),
    "inside a drop, so far": Case(
        {1: "A=I1 s1-11", 2: "s1-4 B=I1"},
        """
        A <1-1 missing 2
        B 2-2
        s1-4 <1-2
        s5-11 <1-1 missing 2
        """,
    ),
    "inside a drop, and gone after it": Case(
        {1: "A=I1 s1-11", 2: "s1-4 B=I1", 3: "s1-11"},
        """
        A <1-1 out 2 continued by B
        B 2-2 out 3 continues A since 1 as A
        s1-11 <1-3
        """,
    ),
    "after a drop": Case(
        {1: "A=I1 s1-11", 2: "s1-4", 3: "s1-11 B=I1"},
        """
        A <1-1 out 2
        B 3-3
        s1-11 <1-3
        """,
    ),
    "an ISRC that is not said again is still known": Case(
        {1: "A=I1", 2: "A", 3: "B=I1"},
        """
        A <1-2 out 3 continued by B
        B 3-3 continues A since 1 as A
        """,
    ),
    "the ISRC that came last counts": Case(
        {1: "A=I1 C=I3", 2: "A=I2 C=I4", 3: "B=I1 D=I4"},
        """
        A <1-2 out 3
        B 3-3
        C <1-2 out 3 continued by D
        D 3-3 continues C since 1 as C
        """,
    ),
    "an ISRC that is said again came when it was first said": Case(
        {1: "A=I1", 2: "A=I2", 3: "A=I1", 4: "B=I2"},
        """
        A <1-3 out 4 continued by B
        B 4-4 continues A since 1 as A
        """,
    ),
    "of two ISRCs of one date the larger one counts": Case(
        {1: "A=I1 C=I3", 2: "B=I2 D=I3"},
        """
        A <1-1 out 2 continued by B
        B 2-2 continues A since 1 as A
        C <1-1 out 2
        D 2-2
        """,
        other={1: "R<A=I2 S<C=I4"},
    ),
    "a relinked song keeps the ISRC of that time": Case(
        {1: "P<A=I1 z", 2: "A z", 3: "B=I2 z C=I1"},
        """
        A <1-2 out 3 continued by C
        B 3-3
        C 3-3 continues A since 1 as A
        z <1-3
        """,
        other={2: "P=I2"},
    ),
    "a relinked song has no ISRC that was replaced before": Case(
        {1: "A z", 2: "P<A=I1 z", 3: "B=I2 z C=I1"},
        """
        A <1-2 out 3 continued by C
        B 3-3
        C 3-3 continues A since 1 as A
        z <1-3
        """,
        other={1: "P=I2"},
    ),
    "the ISRC of A is learned after it left": Case(
        {1: "A z", 2: "B=I1 z", 3: "B=I1 z"},
        """
        A <1-1 out 2
        B 2-3
        z <1-3
        """,
        other={3: "A=I1"},
    ),
    "the ISRC of A is learned on the date that it left": Case(
        {1: "A", 2: "B=I1"}, CONTINUED, other={2: "A=I1"}
    ),
    "the ISRC of B is learned during its stay": Case(
        {1: "A=I1", 2: "B", 3: "B=I1"},
        """
        A <1-1 out 2 continued by B
        B 2-3 continues A since 1 as A
        """,
    ),
    "the ISRC of B is learned from another list during its stay": Case(
        {1: "A=I1", 2: "B", 4: "B"},
        """
        A <1-1 out 2 continued by B
        B 2-4 continues A since 1 as A
        """,
        other={3: "B=I1"},
    ),
    "the ISRC of B is learned after its stay": Case(
        {1: "A=I1", 2: "B", 3: ""},
        """
        A <1-1 out 2
        B 2-2 out 3
        """,
        other={3: "B=I1"},
    ),
    "of two ISRCs of B that are learned on one date the larger one counts": Case(
        {1: "A=I1 C=I2 z", 2: "B z", 3: "B z"},
        """
        A <1-1 out 2
        B 2-3 continues C since 1 as C
        C <1-1 out 2 continued by B
        z <1-3
        """,
        other={3: "B=I1 P<B=I2"},
    ),
    "of two ISRCs that came while B was missing the last one counts": Case(
        {1: "A=I1 C=I2 y z", 2: "B x y z", 3: "- x y z", 4: "- x y z", 5: "B x y z"},
        """
        A <1-1 out 2
        B 2-5 continues C since 1 as C
        C <1-1 out 2 continued by B
        x 2-5
        y <1-5
        z <1-5
        """,
        other={3: "B=I1", 4: "B=I2"},
    ),
    "whose ISRC is known first goes first": Case(
        {1: "A=I1 x", 2: "C x B=I1", 3: "C=I1 x B=I1"},
        """
        A <1-1 out 2 continued by B
        B 2-3 continues A since 1 as A
        C 2-3
        x <1-3
        """,
    ),
    # B may be the null row from 3 to 5. On 5 C has left, and is known as what continues A. The
    # ISRC of B is known since 3, but only on 6 is B known to be still there
    "what is learned later takes nothing away": Case(
        {1: "A=I1 p q r", 2: "B C q r", 3: "- C q r", 4: "- C=I1 q r", 5: "- q r t", 6: "B q r t"},
        """
        A <1-1 out 2 continued by C
        B 2-6
        C 2-4 out 5 continues A since 1 as A
        p <1-1 out 2
        q <1-6
        r <1-6
        t 5-6
        """,
        other={3: "B=I1"},
    ),
}
