"""Builds what Terraform deploys: the Lambdas' zip and layer, the jobs' zip and scripts.

The same sources give the same bytes. Each zip is then imported as on AWS: the path has only Python
and what AWS adds, which is boto3 for the Lambdas and Glue's packages for the jobs.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_ROOT = Path(__file__).parents[1]
_LAMBDA, _LAYER, _JOBS = "extract_lambda.zip", "layer.zip", "jobs.zip"
_SCRIPTS = ("flatten_playlists.py", "build_stays.py")
_LAYER_LOCK = _ROOT / "requirements" / "lambda.txt"
# boto3 and its dependencies, which Lambda's Python runtime contains
_LAMBDA_RUNTIME = (
    "boto3",
    "botocore",
    "jmespath",
    "python-dateutil",
    "s3transfer",
    "six",
    "urllib3",
)
# Other files in a package's folder, such as an editor's, are left out
_SOURCE_SUFFIXES = (".py", ".properties")
# Zip's earliest time for every file, so that the same content gives the same bytes
_ANY_TIME = (1980, 1, 1, 0, 0, 0)

_IMPORT = """
import sys, time
sys.path[:0] = sys.argv[2:]
began = time.perf_counter()
module = __import__(sys.argv[1], fromlist=["*"])
print(module.__file__, round((time.perf_counter() - began) * 1000))
"""


class Incomplete(Exception):
    """A package lacks something, or contains what AWS cannot run."""


def main(target: Path) -> None:
    """Build everything, test it, put it into a folder, and print sizes and import times.

    If anything fails, the folder stays unchanged. Raises Incomplete.
    """
    with tempfile.TemporaryDirectory() as staged:
        times_ms = _build(Path(staged))
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(staged, target)
    for name in (_LAMBDA, _LAYER, _JOBS, *_SCRIPTS):
        time_ms = f"  imported in {times_ms[name]} ms" if name in times_ms else ""
        _tell(name, (target / name).stat().st_size, time_ms)
    _tell("together", sum(path.stat().st_size for path in target.iterdir()))


def _build(target: Path) -> dict[str, int]:
    """Build everything into an empty folder; returns the milliseconds of importing each zip."""
    _zip(target / _LAMBDA, _ROOT, _sources("extract_lambda", "lake"))
    _zip(target / _JOBS, _ROOT, _sources("jobs", "lake"))
    for name in _SCRIPTS:
        shutil.copyfile(_ROOT / "jobs" / name, target / name)
    with tempfile.TemporaryDirectory() as folder:
        _build_layer(target / _LAYER, Path(folder))
        return {
            _LAMBDA: _lambda_import_ms(target, Path(folder)),
            _JOBS: _jobs_import_ms(target / _JOBS),
        }


def _tell(name: str, size: int, more: str = "") -> None:
    sys.stdout.write(f"{name:21}{size / 1e6:7.3f} MB{more}\n")


def _sources(*packages: str) -> Iterator[Path]:
    for package in packages:
        for path in (_ROOT / package).rglob("*"):
            if path.suffix in _SOURCE_SUFFIXES:
                yield path


def _zip(target: Path, root: Path, files: Iterator[Path]) -> None:
    with ZipFile(target, "w") as archive:
        for path in sorted(files):
            entry = ZipInfo(path.relative_to(root).as_posix(), _ANY_TIME)
            entry.compress_type = ZIP_DEFLATED
            # Readable by all: Lambda runs the code as another user
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, path.read_bytes(), compresslevel=9)


def _build_layer(target: Path, folder: Path) -> None:
    """Pure Python for 3.13, so that it runs on arm64 even if this machine is another one."""
    packages = folder / "layer" / "python"
    options = "--require-hashes --no-deps --only-binary :all: --no-compile --quiet"
    tags = "--python-version 3.13 --implementation py --abi none --platform any"
    pip = [sys.executable, "-m", "pip", "install", *options.split(), *tags.split()]
    _run([*pip, "--target", str(packages), "--requirement", str(_LAYER_LOCK)])
    shutil.rmtree(packages / "bin", ignore_errors=True)
    files = [path for path in packages.rglob("*") if path.is_file()]
    compiled = [path.name for path in files if path.suffix in (".so", ".pyd", ".pyc")]
    if compiled:
        raise Incomplete(
            f"the layer contains compiled files, which run on one processor only: {compiled}"
        )
    # pip's own records, which a layer does not need
    kept = (path for path in files if path.name not in ("RECORD", "INSTALLER", "REQUESTED"))
    _zip(target, packages.parent, kept)


def unpack_as_lambda(code: Path, layer: Path, folder: Path) -> list[Path]:
    """Unpack the zips as Lambda does, and add its boto3; returns the path to import from."""
    task, opt, runtime = folder / "task", folder / "opt", folder / "runtime"
    ZipFile(code).extractall(task)
    ZipFile(layer).extractall(opt)
    runtime.mkdir()
    for name in _LAMBDA_RUNTIME:
        for top in {file.parts[0] for file in distribution(name).files or ()}:
            if re.fullmatch(r"[a-z]\w*(\.py)?", top):
                (runtime / top).symlink_to(str(distribution(name).locate_file(top)))
    return [task, opt / "python", runtime]


def _lambda_import_ms(built: Path, folder: Path) -> int:
    path = unpack_as_lambda(built / _LAMBDA, built / _LAYER, folder)
    # Neither site-packages nor anything from the environment
    isolated = [sys.executable, "-I", "-S", "-B", "-c", _IMPORT]
    # The handlers import the storage on S3 when they open the lake
    modules = "extract_lambda.handler", "extract_lambda.genres.handler", "lake.s3"
    return max(_import_ms(isolated, name, path) for name in modules)


def _jobs_import_ms(jobs: Path) -> int:
    """Import the jobs as Glue does: from the zip, with Glue's packages on the path."""
    isolated = [sys.executable, "-I", "-B", "-c", _IMPORT]
    return max(
        _import_ms(isolated, f"jobs.{name}", [jobs])
        for name in ("flatten_playlists", "build_stays")
    )


def _import_ms(isolated: list[str], module: str, path: list[Path]) -> int:
    file, time_ms = _run([*isolated, module, *map(str, path)]).split()
    if not file.startswith(f"{path[0]}/"):
        raise Incomplete(f"{module} was imported from {file}, not from {path[0]}")
    return int(time_ms)


def _run(command: list[str]) -> str:
    # An empty folder, from which nothing can be imported by mistake
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(command, cwd=empty, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no error output"]
        # pip's error is at the start of its output, that of a traceback at the end
        reason = next((line for line in said if line.startswith("ERROR")), said[-1])
        raise Incomplete(f"{' '.join(command[:4])} … failed: {reason}")
    return done.stdout


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]).resolve())
    except Incomplete as error:
        sys.exit(f"Nothing was built: {error}")
