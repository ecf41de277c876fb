"""The positions of the items of each list; the stays' tests show what becomes of them."""

import pyarrow as pa

from jobs.item_runs import by_list

LOCAL = "spotify:local:::two\nlines:41"


def test_the_uri_of_a_local_file_may_have_any_character() -> None:
    entries = pa.table(
        {
            "playlist_id": ["a", "b", "a"],
            "position": [1, 1, 2],
            "item_uri": [LOCAL, "spotify:track:1", "spotify:track:2"],
            "linked_from_uri": pa.array([None, None, None], pa.string()),
        }
    )

    assert dict(by_list(entries)) == {
        "a": {LOCAL: 1, "spotify:track:2": 2},
        "b": {"spotify:track:1": 1},
    }
