"""Tests of the versions that a git history has."""

from datetime import date
from pathlib import Path

import pytest

from playlist_lake.importing.git_history import History, read_history
from playlist_lake.importing.git_repository import GitRepository
from tests.support.git_repositories import MadeRepository, Submodule, SymbolicLink, git

_TODAY = date(2026, 11, 30)


@pytest.fixture
def made(tmp_path: Path) -> MadeRepository:
    return MadeRepository(tmp_path / "lists.git")


def test_each_commit_that_changes_a_file_makes_a_version_of_its_date_in_utc(
    made: MadeRepository,
) -> None:
    made.commit("2026-01-01T23:00:00-05:00", {"a.json": "1", "b.json": "1"})
    made.commit("2026-01-03T00:30:00+01:00", {"a.json": "2"})
    made.commit("2026-01-04T12:00:00+00:00", {"readme.md": "Lists"})
    assert _versions(made) == ["2026-01-02 a.json 2", "2026-01-02 a.json 1", "2026-01-02 b.json 1"]


def test_the_order_is_that_of_the_history_also_if_a_clock_was_wrong(made: MadeRepository) -> None:
    made.commit("2026-01-02T12:00:00+00:00", {"a.json": "first"})
    made.commit("2026-01-02T09:00:00+00:00", {"a.json": "second"})
    made.commit("2026-01-01T09:00:00+00:00", {"a.json": "third"})
    assert _versions(made) == [
        "2026-01-01 a.json third",
        "2026-01-02 a.json second",
        "2026-01-02 a.json first",
    ]


def test_a_merge_makes_a_version_only_of_what_it_changes_itself(made: MadeRepository) -> None:
    made.commit("2026-01-01T00:00:00+00:00", {"a.json": "1", "b.json": "1"})
    made.commit("2026-01-02T00:00:00+00:00", {"a.json": "2"}, branch="side", start="main")
    made.commit("2026-01-03T00:00:00+00:00", {"a.json": "3", "b.json": "3"})
    made.commit("2026-01-04T00:00:00+00:00", {"a.json": "4"}, merged="side")
    assert _versions(made, "a.json") == [
        "2026-01-04 a.json 4",
        "2026-01-03 a.json 3",
        "2026-01-02 a.json 2",
        "2026-01-01 a.json 1",
    ]
    assert _versions(made, "b.json") == ["2026-01-03 b.json 3", "2026-01-01 b.json 1"]


def test_a_branch_that_is_not_merged_is_not_read(made: MadeRepository) -> None:
    made.commit("2026-01-01T00:00:00+00:00", {"a.json": "1"})
    made.commit("2026-01-02T00:00:00+00:00", {"a.json": "2"}, branch="side", start="main")
    assert _versions(made) == ["2026-01-01 a.json 1"]


def test_a_deleted_file_keeps_its_versions_and_is_read_again_when_it_is_added(
    made: MadeRepository,
) -> None:
    made.commit("2026-01-01T00:00:00+00:00", {"a.json": "1", "b.json": "1"})
    made.commit("2026-01-02T00:00:00+00:00", {"a.json": None, "b.json": None})
    made.commit("2026-01-03T00:00:00+00:00", {"a.json": "1"})
    assert _versions(made) == ["2026-01-03 a.json 1", "2026-01-01 a.json 1", "2026-01-01 b.json 1"]


_LINES = "".join(f"{number}\n" for number in range(50))


def test_a_path_includes_its_older_names(made: MadeRepository) -> None:
    made.commit("2026-01-01T00:00:00+00:00", {"old/a.json": _LINES})
    made.commit("2026-01-02T00:00:00+00:00", {"old/a.json": None, "b.json": _LINES})
    made.commit("2026-01-03T00:00:00+00:00", {"b.json": None, "c.json": _LINES + "50"})
    # Another list takes the old name
    made.commit("2026-01-04T00:00:00+00:00", {"b.json": "another list"})
    expected = [f"2026-01-03 c.json {_LINES}50", f"2026-01-01 old/a.json {_LINES}"]
    assert _versions(made, "c.json") == expected


def test_a_rename_is_followed_if_it_changed_nothing_and_content_is_missing(
    made: MadeRepository,
) -> None:
    made.commit("2026-01-01T00:00:00+00:00", {"a.json": "1", "lost.json": "lost"})
    lost = _blob(made, "lost.json")
    made.commit("2026-01-02T00:00:00+00:00", {"a.json": None, "b.json": "1"})
    made.commit("2026-01-03T00:00:00+00:00", {"lost.json": None, "found.json": "2"})
    (made.folder / "objects" / lost[:2] / lost[2:]).unlink()
    assert _versions(made, "b.json") == ["2026-01-01 a.json 1"]


def test_a_rename_or_a_new_mode_alone_makes_no_version(made: MadeRepository) -> None:
    made.commit("2026-01-01T00:00:00+00:00", {"a.json": _LINES})
    made.commit("2026-01-02T00:00:00+00:00", {"a.json": None, "b.json": _LINES})
    made.git("update-index", "--add", "--cacheinfo", f"100755,{_blob(made, 'b.json')},b.json")
    tree = made.git("write-tree").strip()
    changed = made.git(
        "-c", "user.name=A", "-c", "user.email=a@example.org", "commit-tree", tree, "-p", "main"
    )
    made.git("update-ref", "refs/heads/main", changed.strip())
    assert _versions(made) == [f"2026-01-01 a.json {_LINES}"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("lists", ["lists/a.json", "lists/deep/b.csv"]),
        ("lists/", ["lists/a.json", "lists/deep/b.csv"]),
        ("./lists/deep", ["lists/deep/b.csv"]),
        ("lists/backup.txt", ["lists/backup.txt"]),
        (".", ["list.json", "lists/a.json", "lists/deep/b.csv"]),
        (".old", [".old/c.json"]),
    ],
)
def test_a_path_is_a_file_or_a_folder_with_json_and_csv_files(
    made: MadeRepository, path: str, expected: list[str]
) -> None:
    hidden = [".old/c.json", ".old/.d.json", ".e.json"]
    names = [*hidden, "list.json", "lists/a.json", "lists/backup.txt", "lists/deep/b.csv"]
    made.commit("2026-01-01T00:00:00+00:00", dict.fromkeys(names, "1"))
    versions = _read(made, path).versions
    assert [version.path.decode() for version in versions] == expected


def test_a_path_that_no_commit_has_is_missing(made: MadeRepository) -> None:
    made.commit("2026-01-01T00:00:00+00:00", {"a.json": "1"})
    assert _read(made, "a.json", "lists").wanted.missing == ["lists"]


def test_links_and_submodules_are_passed_over(made: MadeRepository) -> None:
    one = made.commit("2026-01-01T00:00:00+00:00", {"a.json": "1"})
    two = made.commit(
        "2026-01-02T00:00:00+00:00", {"b.json": SymbolicLink("a.json"), "c.json": Submodule(one)}
    )
    history = _read(made)
    assert [version.path for version in history.versions] == [b"a.json"]
    assert history.passed_over == {
        "is a symbolic link; import the file that it names": [f"{two[:10]}:b.json"],
        "is a submodule; import that repository": [f"{two[:10]}:c.json"],
    }


def test_a_commit_after_today_is_passed_over(made: MadeRepository) -> None:
    made.commit("2026-11-30T23:59:59+00:00", {"a.json": "today"})
    late = made.commit("2026-12-01T00:00:00+00:00", {"a.json": "tomorrow"})
    history = _read(made)
    assert [str(version.committed_on) for version in history.versions] == ["2026-11-30"]
    assert history.passed_over == {
        "has a commit date after today (2026-11-30 in UTC); commit the file again with the right "
        "date": [f"{late[:10]}:a.json"]
    }


def test_the_oldest_commit_of_a_shallow_clone_is_passed_over(
    made: MadeRepository, tmp_path: Path
) -> None:
    made.commit("2026-01-01T00:00:00+00:00", {"a.json": "1", "b.json": "1"})
    cut = made.commit("2026-01-02T00:00:00+00:00", {"a.json": "2"})
    made.commit("2026-01-03T00:00:00+00:00", {"a.json": "3"})
    clone = tmp_path / "clone"
    git("clone", "-q", "--depth=2", f"file://{made.folder}", clone)
    history = read_history(GitRepository(clone), [], _TODAY)
    assert [str(version.committed_on) for version in history.versions] == ["2026-01-03"]
    (reason,) = history.passed_over
    assert "the history of this shallow clone is cut" in reason
    assert history.passed_over[reason] == [f"{cut[:10]}:a.json", f"{cut[:10]}:b.json"]


def test_names_and_messages_may_have_any_encoding(made: MadeRepository) -> None:
    names = [b"caf\xe9.json", "café.json".encode(), b'a\n:1 "b"\t.json', b":c.json"]
    commit = made.commit("2026-01-01T00:00:00+00:00", dict.fromkeys(names, "1"), message=b"\xe9\n:")
    versions = _read(made).versions
    assert {version.path for version in versions} == set(names)
    assert {version.label for version in versions} >= {
        f"{commit[:10]}:caf\\xe9.json",
        f"{commit[:10]}:café.json",
    }


def _versions(made: MadeRepository, *paths: str) -> list[str]:
    """Date, path and content of each version."""
    return [
        f"{version.committed_on} {version.path.decode()} {made.git('cat-file', '-p', version.blob)}"
        for version in _read(made, *paths).versions
    ]


def _read(made: MadeRepository, *paths: str) -> History:
    return read_history(GitRepository(made.folder), paths, _TODAY)


def _blob(made: MadeRepository, path: str) -> str:
    return made.git("rev-parse", f"main:{path}").strip()
