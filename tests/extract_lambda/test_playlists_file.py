"""config/playlists.txt: ids, URIs and links, and the sentences about invalid lines."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extract_lambda.errors import ExtractError
from extract_lambda.playlists_file import (
    InvalidLine,
    NotAPlaylist,
    Playlists,
    PlaylistsUnreadable,
    parse_playlists,
    playlist_id,
    read_playlists,
)
from lake.storage import open_storage

A, B = "37i9dQZEVXbMDoHDwVN2tF", "1234567890abcdefghijkL"


@pytest.mark.parametrize(
    "text",
    [
        A,
        f"  {A}\t",
        f"\ufeff{A}",
        f"\u200b{A}\u00a0",
        f"spotify:playlist:{A}",
        f"spotify:user:spotify:playlist:{A}",
        f"spotify:user:some.body_1%20x:playlist:{A}",
        f"https://open.spotify.com/playlist/{A}",
        f"http://open.spotify.com/playlist/{A}/",
        f"open.spotify.com/playlist/{A}",
        f"https://open.spotify.com/playlist/{A}?si=0123456789abcdef&pi=u-x",
        f"https://open.spotify.com/intl-de/playlist/{A}?si=x",
        f"https://open.spotify.com/intl-pt-br/playlist/{A}",
        f"https://open.spotify.com/embed/playlist/{A}?utm_source=generator",
        f"https://open.spotify.com/user/some.body_1/playlist/{A}",
        f"https://play.spotify.com/user/spotify/playlist/{A}",
        f"https://open.spotify.com/playlist/{A}#_=_",
        f"https://open.spotify.com/playlist/{A}?si=x#_=_",
        f"HTTPS://OPEN.SPOTIFY.COM/playlist/{A}",
        f"Https://Open.Spotify.com/INTL-de/playlist/{A}",
        f"Spotify:playlist:{A}",
        f"spotify:playlist:{A}?si=x",
        f"<https://open.spotify.com/playlist/{A}>",
        f"<https://open.spotify.com/playlist/{A}#_=_>",
        f"(https://open.spotify.com/playlist/{A}?si=x).",
        f'"https://open.spotify.com/playlist/{A}",',
        f"\u201chttps://open.spotify.com/playlist/{A}\u201d!",
        f"'{A}'",
        f"<{A}>;",
        f"https://open.spotify.com/playlist/{A}?",
        f"https://open.spotify.com/embed/user/somebody/playlist/{A}",
        f"https://open.spotify.com/embed?uri=spotify%3Aplaylist%3A{A}",
        f"https://embed.spotify.com/?uri=spotify:playlist:{A}&theme=white",
        f"{A}# mine",
    ],
)
def test_an_id_a_uri_or_a_link_is_a_playlist(text: str) -> None:
    assert playlist_id(text) == A
    # The same text in a line of the file, alone and before a comment
    content = f"{text}\n{B}\n{text} # mine".encode()
    found = parse_playlists(content, "playlists.txt")
    assert (found.ids, found.invalid) == ((A, B), ())


@pytest.mark.parametrize(
    "text",
    [
        "liked-songs",
        "  Liked-Songs,",
        "https://open.spotify.com/collection/tracks",
        "<https://open.spotify.com/intl-de/collection/tracks?si=x>",
        "https://open.spotify.com/collection",
        "spotify:collection",
        "spotify:collection:tracks",
        "spotify:user:somebody:collection",
    ],
)
def test_liked_songs_have_an_id_of_their_own(text: str) -> None:
    found = parse_playlists(f"{A}\n{text} # loved\n".encode(), "playlists.txt")
    assert found == Playlists((A, "liked-songs"), (), (), {"liked-songs": "loved"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"https://open.spotify.com/album/{A}?si=x", "leads to an album, not to a playlist"),
        (f"https://open.spotify.com/intl-de/track/{A}", "leads to a track, not to a playlist"),
        (f"https://open.spotify.com/artist/{A}", "leads to an artist, not to a playlist"),
        (f"spotify:episode:{A}", "leads to an episode, not to a playlist"),
        (f"spotify:show:{A}", "leads to a show, not to a playlist"),
        ("spotify:user:somebody", "leads to a user, not to a playlist"),
        ("https://open.spotify.com/user/somebody", "leads to a user, not to a playlist"),
        ("https://open.spotify.com/collection/albums", "leads to a collection, not to a playlist"),
        ("spotify:collection:podcasts", "leads to a collection, not to a playlist"),
        ("liked songs", "22 letters and digits, or liked-songs"),
        ("https://spotify.link/AbCdEf", "is a short link; open it and copy the address"),
        ("https://spotify.app.link/AbCdEf?x=y", "is a short link"),
        (A[:-1], "is not a playlist; give a link such as"),
        (f"{A}x", "is not a playlist"),
        (f"https://open.spotify.com/playlist/{A[:-1]}", "has no id of 22 letters and digits"),
        (f"spotify:playlist:{A}0", "has no id of 22 letters and digits"),
        ("spotify:playlist:", "has no id of 22 letters and digits"),
        ("https://open.spotify.com/playlist/", "has no id of 22 letters and digits"),
        (f"https://evil.example/playlist/{A}", "is not a playlist"),
        (f"https://open.spotify.com.evil.example/playlist/{A}", "is not a playlist"),
        (f"../{A[:19]}", "is not a playlist"),
        ("regional-global-daily", "is not a playlist"),
        ("my favourite list", "is not a playlist"),
        ("", "is not a playlist"),
    ],
)
def test_any_other_text_is_refused_with_the_reason(text: str, sentence: str) -> None:
    with pytest.raises(NotAPlaylist) as caught:
        playlist_id(text)

    assert sentence in str(caught.value)
    assert repr(text) in str(caught.value)


@given(st.text())
@example("<" * 1_000_000)
@example("https://open.spotify.com/playlist/" + "x" * 1_000_000)
def test_any_text_is_an_id_or_refused_in_one_line(text: str) -> None:
    answer, refusal = "", ""
    try:
        answer = playlist_id(text)
    except NotAPlaylist as error:
        refusal = str(error)
    assert answer == "liked-songs" or (answer in text and len(answer) == (0 if refusal else 22))
    assert "\n" not in refusal
    assert len(refusal) < 1200


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", ["", "end"])
def test_comments_blank_lines_and_invisible_characters_are_ignored(
    line_end: str, mark: str, last: str
) -> None:
    lines = ["# mine", "", f"{A}  # the chart", " \t", f"  https://open.spotify.com/playlist/{B}"]
    text = mark + line_end.join(lines) + (line_end if last else "")

    found = parse_playlists(text.encode(), "playlists.txt")
    assert found == Playlists((A, B), (), (), {A: "the chart"})


def test_a_repeated_list_is_reported_with_both_lines() -> None:
    text = f"{A}\n{B}\nspotify:playlist:{A}\n{A}\n"

    found = parse_playlists(text.encode(), "config/playlists.txt")

    assert found.ids == (A, B)
    assert found.duplicates == (
        f"config/playlists.txt, line 3: {A} is in line 1 already",
        f"config/playlists.txt, line 4: {A} is in line 1 already",
    )


def test_a_number_sign_within_a_link_begins_no_comment() -> None:
    text = f"https://open.spotify.com/album/{A}#_=_  # mine\n{B}\n\u200b#{A}\n"

    found = parse_playlists(text.encode(), "playlists.txt")

    assert (found.ids, found.duplicates) == ((B,), ())
    assert [line.text for line in found.invalid] == [f"https://open.spotify.com/album/{A}#_=_"]


def test_an_invalid_line_is_reported_and_the_other_lists_are_read() -> None:
    text = f"# mine\r\n{A}\r\n\r\nnonsense # really\r\nspotify:album:{B}\r\n{B}"

    found = parse_playlists(text.encode(), "config/playlists.txt")

    assert found.ids == (A, B)
    assert found.invalid == (
        InvalidLine(
            "nonsense",
            "config/playlists.txt, line 4: 'nonsense' is not a playlist; give a link such as "
            "https://open.spotify.com/playlist/…, a URI, an id of 22 letters and digits, or "
            "liked-songs",
        ),
        InvalidLine(
            f"spotify:album:{B}",
            f"config/playlists.txt, line 5: 'spotify:album:{B}' leads to an album, not to a "
            "playlist",
        ),
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "p.txt has no playlist; add one link per line"),
        (b"# none yet\n", "p.txt has no playlist; add one link per line"),
        (b"hello\n", "p.txt has no playlist (p.txt, line 1: 'hello' is not a playlist;"),
        (b"#" * 5_000_000, "p.txt is larger than 4 MiB, so it is not a list of playlists; replace"),
        (A.encode("utf-16"), "p.txt is not UTF-8 text (byte 0); save it as UTF-8"),
        (b"# caf\xe9\n", "p.txt is not UTF-8 text (byte 5); save it as UTF-8"),
    ],
)
def test_a_file_without_a_playlist_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(PlaylistsUnreadable) as caught:
        parse_playlists(content, "p.txt")

    assert str(caught.value).startswith(sentence)


def test_the_followed_lists_are_read_from_the_lake(tmp_path: Path) -> None:
    files = open_storage(tmp_path)
    with pytest.raises(PlaylistsUnreadable, match=r"playlists\.txt does not exist; create it"):
        read_playlists(files)

    files.write("config/playlists.txt", f"{A}\n".encode())

    assert read_playlists(files) == Playlists((A,), (), ())
    assert issubclass(PlaylistsUnreadable, ExtractError)
    assert issubclass(NotAPlaylist, ExtractError)
