"""What `make package` builds: small, complete, and the same bytes every time."""

import shutil
import zipfile
from pathlib import Path

import pytest

from tests.cloud.stack import build_packages
from tools import package

pytestmark = pytest.mark.slow


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("built") / "dist"
    return folder, build_packages(folder)


def test_the_same_sources_give_the_same_bytes(built: tuple[Path, str], tmp_path: Path) -> None:
    build_packages(tmp_path / "again")

    assert contents(tmp_path / "again") == contents(built[0])


def test_the_packages_are_small_and_sizes_and_import_times_are_printed(
    built: tuple[Path, str],
) -> None:
    folder, output = built

    assert 1e6 < sum(map(len, contents(folder).values())) < 10e6
    lines = {line.split()[0]: line for line in output.splitlines()}
    assert set(lines) == {*contents(folder), "together"}
    assert [name for name, line in lines.items() if "imported in" in line] == [
        "extract_lambda.zip",
        "jobs.zip",
    ]


def test_each_zip_holds_its_package_and_the_lake(built: tuple[Path, str]) -> None:
    for name, packages in (("extract_lambda.zip", {"extract_lambda"}), ("jobs.zip", {"jobs"})):
        paths = [Path(name) for name in zipfile.ZipFile(built[0] / name).namelist()]
        assert {path.parts[0] for path in paths} == packages | {"lake"}
        assert {path.suffix for path in paths} <= {".py", ".properties"}


def test_a_zip_takes_sources_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = ["a.py", "a.pyc", "b.properties", ".DS_Store", "notes.md", "deep/c.py", "a.py~"]
    for file in files:
        (tmp_path / "jobs" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "jobs" / file).touch()
    monkeypatch.setattr(package, "_ROOT", tmp_path)

    found = {path.relative_to(tmp_path / "jobs").as_posix() for path in package._sources("jobs")}

    assert found == {"a.py", "b.properties", "deep/c.py"}


def test_the_layer_runs_on_any_processor(built: tuple[Path, str]) -> None:
    names = zipfile.ZipFile(built[0] / "layer.zip").namelist()

    assert {name.split("/")[0] for name in names} == {"python"}
    assert [name for name in names if name.endswith((".so", ".pyc", ".pyd"))] == []


def test_a_failed_build_keeps_the_previous_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "layer.zip").write_bytes(b"before")
    monkeypatch.setattr(package, "_LAYER_LOCK", tmp_path / "none.txt")

    with pytest.raises(package.Incomplete, match=r"pip install … failed: ERROR: .*none\.txt"):
        package.main(tmp_path / "dist")

    assert contents(tmp_path / "dist") == {"layer.zip": b"before"}


def test_a_layer_without_a_package_is_refused(built: tuple[Path, str], tmp_path: Path) -> None:
    folder = shutil.copytree(built[0], tmp_path / "dist")
    with zipfile.ZipFile(folder / "layer.zip", "w") as empty:
        empty.writestr("python/nothing.txt", "")

    with pytest.raises(package.Incomplete, match="No module named 'aws_lambda_powertools'"):
        package._lambda_import_ms(folder, tmp_path / "unpacked")
