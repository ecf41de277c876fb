"""Errors of Spark as one sentence, also if its processes end."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
from py4j.protocol import Py4JError, Py4JNetworkError
from pyspark import SparkContext
from pyspark.errors import PySparkException

from jobs.session import JavaEnded, SparkFailed, spark_errors


def process(program: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE)


@pytest.mark.parametrize(
    ("program", "end"),
    [
        (
            "import os; os.kill(os.getpid(), 9)",
            "was killed (usually because memory was full)",
        ),
        ("raise SystemExit(134)", "ended with status 134"),
    ],
)
@pytest.mark.parametrize(
    "error",
    [
        Py4JNetworkError("Answer from Java side is empty"),
        Py4JError("org does not exist in the JVM"),
        ConnectionRefusedError(111, "Connection refused"),
    ],
)
def test_the_end_of_java_is_named(
    monkeypatch: pytest.MonkeyPatch, program: str, end: str, error: Exception
) -> None:
    java = process(program)
    java.wait()
    monkeypatch.setattr(SparkContext, "_gateway", SimpleNamespace(proc=java))
    with pytest.raises(JavaEnded) as raised, spark_errors("the build of the stays"):
        raise error
    assert str(raised.value) == (
        f"Java, in which Spark runs, {end} during the build of the stays; nothing was published; "
        "free some memory, or build fewer dates at a time, then run again"
    )


def java_exception(*texts: str) -> SimpleNamespace | None:
    """An exception of Java; each text is the cause of the one before."""
    if not texts:
        return None
    return SimpleNamespace(toString=lambda: texts[0], getCause=lambda: java_exception(*texts[1:]))


@pytest.mark.parametrize(
    ("texts", "reason", "remedy"),
    [
        (
            ("Job aborted", "java.io.IOException: broken\n\tat x"),
            "java.io.IOException: broken",
            "fix that and run again",
        ),
        (
            (
                "Job aborted: Python worker exited unexpectedly",
                "SparkException: Python worker exited unexpectedly (crashed)",
                "java.io.EOFException",
            ),
            "SparkException: Python worker exited unexpectedly (crashed)",
            "free some memory, or build fewer dates at a time, then run again",
        ),
        (
            ("Job aborted", "java.lang.OutOfMemoryError: Java heap space"),
            "java.lang.OutOfMemoryError: Java heap space",
            "free some memory, or build fewer dates at a time, then run again",
        ),
        (
            (),
            "[JAVA_GATEWAY_EXITED] Java gateway process exited",
            "check JAVA_HOME and how much memory is free, then run again",
        ),
    ],
)
def test_an_error_of_spark_has_its_cause_and_a_remedy(
    monkeypatch: pytest.MonkeyPatch, texts: tuple[str, ...], reason: str, remedy: str
) -> None:
    error = PySparkException(reason)
    error.java_exception = java_exception(*texts)  # type: ignore[attr-defined]
    # It ends when its input is closed
    with process("import sys; sys.stdin.read()") as java:
        monkeypatch.setattr(SparkContext, "_gateway", SimpleNamespace(proc=java))
        with pytest.raises(SparkFailed) as raised, spark_errors("the start of Spark"):
            raise error
    assert str(raised.value) == (
        f"Spark stopped during the start of Spark: {reason}; nothing was published; {remedy}"
    )
