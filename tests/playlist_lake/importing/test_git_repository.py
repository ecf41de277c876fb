"""Tests of reading git repositories that may be anything."""

import os
from pathlib import Path

import pytest

from playlist_lake.importing.git_repository import GitFailed, GitRepository, MissingContent
from tests.support.git_repositories import MadeRepository, git

_PROGRAM_SETTINGS = (
    "core.fsmonitor",
    "core.pager",
    "pager.diff-tree",
    "pager.rev-list",
    "diff.external",
    "diff.evil.command",
    "diff.evil.textconv",
    "filter.evil.process",
    "filter.evil.smudge",
    "gpg.program",
    "alias.rev-list",
)


@pytest.fixture
def made(tmp_path: Path) -> MadeRepository:
    repository = MadeRepository(tmp_path / "lists.git")
    repository.commit("2026-01-01T00:00:00+00:00", {"a.json": "1"})
    return repository


def test_a_work_tree_its_git_folder_and_a_linked_work_tree_are_repositories(
    made: MadeRepository, tmp_path: Path
) -> None:
    clone, linked = tmp_path / "clone", tmp_path / "linked"
    git("clone", "-q", made.folder, clone)
    git("-C", clone, "worktree", "add", "-q", linked)
    for folder in (made.folder, clone, clone / ".git", linked):
        assert [change.path for change in GitRepository(folder).changes(changed_renames=True)] == [
            b"a.json"
        ]


def test_what_is_not_a_repository_is_refused(made: MadeRepository, tmp_path: Path) -> None:
    clone, file = tmp_path / "clone", tmp_path / "a.json"
    git("clone", "-q", made.folder, clone)
    (clone / "lists").mkdir()
    file.touch()
    plain = tmp_path / "plain"
    plain.mkdir()
    sentences = {
        tmp_path / "none": "cannot be found; pass the folder of a repository",
        file: "is not a folder; pass the folder of a repository",
        plain: "is not a git repository; pass the folder that has the history",
        clone / "lists": f"is a folder in the repository {clone}; pass that repository, and the "
        "folder after it",
    }
    for path, sentence in sentences.items():
        with pytest.raises(GitFailed) as error:
            GitRepository(path)
        assert str(error.value) == f"{path} {sentence}"


def test_a_repository_without_a_commit_is_refused(tmp_path: Path) -> None:
    empty = MadeRepository(tmp_path / "empty.git")
    with pytest.raises(GitFailed, match="has no commit on its current branch; commit the files"):
        GitRepository(empty.folder)


def test_a_damaged_repository_is_refused_with_the_words_of_git(made: MadeRepository) -> None:
    tree = made.git("rev-parse", "main^{tree}").strip()
    (made.folder / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(GitFailed, match=r"git cannot read .*run `git fsck` in it"):
        list(GitRepository(made.folder).changes(changed_renames=True))


def test_a_machine_without_git_is_told_to_install_it(
    made: MadeRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitFailed, match="git cannot be found on this machine; install it"):
        GitRepository(made.folder)


def test_the_repository_of_another_user_is_refused(
    made: MadeRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A program stands for git: only root can give a folder to another user."""
    advice = "git config --global --add safe.directory /lists"
    message = f"fatal: detected dubious ownership\\nTo add an exception, call:\\n\\n\\t{advice}"
    _program(tmp_path / "git", f"printf '{message}\\n' >&2; exit 128")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(GitFailed) as error:
        GitRepository(made.folder)
    assert str(error.value) == (
        f"{made.folder} belongs to another user, so git does not read it; if you trust it, run "
        f"`{advice}`"
    )


def test_nothing_that_a_repository_configures_is_executed(
    made: MadeRepository, tmp_path: Path
) -> None:
    clone, proof = tmp_path / "clone", tmp_path / "proof"
    git("clone", "-q", made.folder, clone)
    program = _program(tmp_path / "program", f"touch {proof}; cat; exit 0")
    (clone / ".git/info/attributes").write_text("*.json diff=evil filter=evil\n")
    for name in _PROGRAM_SETTINGS:
        git("-C", clone, "config", name, str(program))
    git("-C", clone, "config", "log.showSignature", "true")
    repository = GitRepository(clone)
    (change,) = repository.changes(changed_renames=True)
    with repository.contents() as contents:
        assert contents.read(change.blob or "") == b"1"
    assert not proof.exists()


def test_git_variables_of_the_environment_do_not_apply(
    made: MadeRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = MadeRepository(tmp_path / "other.git")
    other.commit("2026-01-01T00:00:00+00:00", {"other.json": "1"})
    monkeypatch.setenv("GIT_DIR", str(other.folder))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    assert [change.path for change in GitRepository(made.folder).changes(changed_renames=True)] == [
        b"a.json"
    ]
    assert not (tmp_path / "trace").exists()


def test_content_is_read_by_its_hash(made: MadeRepository) -> None:
    with GitRepository(made.folder).contents() as contents:
        with pytest.raises(MissingContent):
            contents.read("0" * 39 + "1")
        assert contents.read(made.git("rev-parse", "main:a.json").strip()) == b"1"


def test_content_that_a_clone_left_out_is_not_fetched(made: MadeRepository, tmp_path: Path) -> None:
    made.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git("clone", "-q", "--bare", "--filter=blob:none", f"file://{made.folder}", clone)
    repository = GitRepository(clone)
    (change,) = repository.changes(changed_renames=True)
    with (
        pytest.raises(GitFailed, match=r"is a partial clone.*without --filter"),
        repository.contents() as contents,
    ):
        contents.read(change.blob or "")


def _program(path: Path, command: str) -> Path:
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)
    return path
