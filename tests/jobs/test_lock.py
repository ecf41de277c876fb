"""One publisher per lake: an error names the holder, and the lock of a dead holder is free."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jobs.errors import JobError
from jobs.lock import LOCK_KEY, S3_LOCK_LIFETIME, LakeIsLocked, LockLost, locked
from jobs.s3_lock import S3Lock
from lake.errors import StorageError
from lake.s3 import S3Storage
from lake.storage import open_storage
from tests.support.glue_tables import BUCKET, LAKE
from tests.support.lossy_aws import LossyAws
from tests.support.runs import FakeClock

HOLDER = """
import sys, time
from jobs.lock import locked
from jobs.run import utc_now
from lake.storage import open_storage

with locked(open_storage(sys.argv[1]), "first", utc_now):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def holder_of(lake: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a lake's lock."""
    command = [sys.executable, "-c", HOLDER, str(lake)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def storage(aws: None) -> S3Storage:  # noqa: ARG001
    """An empty lake on S3."""
    return S3Storage(BUCKET, "some/prefix")


def holder(storage: S3Storage) -> Any:
    """What the lock of a lake says about its holder."""
    content = storage.read(LOCK_KEY)
    assert content is not None
    return json.loads(content)


def test_a_second_process_fails_at_once_with_the_holders_name(
    tmp_path: Path, clock: FakeClock
) -> None:
    storage = open_storage(str(tmp_path))
    # While the holder lives: if it waited for its end, it would get the lock
    with (
        holder_of(tmp_path) as process,
        pytest.raises(LakeIsLocked) as caught,
        locked(storage, "second", clock),
    ):
        pass

    who = rf"run first \(process {process.pid} on {socket.gethostname()}, since 20\d\d-.*\)"
    assert re.fullmatch(
        f"{tmp_path}: {who} is publishing to this lake; wait until it ends, then run again",
        str(caught.value),
    )


def test_the_lock_of_a_killed_holder_is_free(tmp_path: Path, clock: FakeClock) -> None:
    with holder_of(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()

        with locked(open_storage(str(tmp_path)), "second", clock) as lock:
            lock.renew()
            content = json.loads((tmp_path / LOCK_KEY).read_bytes())

    assert (content["run_id"], content["pid"]) == ("second", os.getpid())


def test_the_lock_of_a_folder_is_released_even_after_an_error(
    tmp_path: Path, clock: FakeClock
) -> None:
    storage = open_storage(str(tmp_path))
    with pytest.raises(ZeroDivisionError), locked(storage, "first", clock):
        raise ZeroDivisionError

    with locked(storage, "second", clock):
        content = json.loads((tmp_path / LOCK_KEY).read_bytes())

    assert content["run_id"] == "second"


def test_a_failed_attempt_does_not_overwrite_the_holders_name(
    tmp_path: Path, clock: FakeClock
) -> None:
    storage = open_storage(str(tmp_path))
    with locked(storage, "first", clock):
        for late in ("second", "third"):
            with pytest.raises(LakeIsLocked, match="run first "), locked(storage, late, clock):
                pass


def test_a_lake_that_is_a_file_cannot_be_locked(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "lake").write_text("a file")
    storage = open_storage(str(tmp_path / "lake"))

    with (
        pytest.raises(StorageError, match="lake/state/lock could not be written: "),
        locked(storage, "r1", clock),
    ):
        pass


def test_on_s3_the_lock_has_its_holder_and_its_expiry(storage: S3Storage, clock: FakeClock) -> None:
    with locked(storage, "first", clock):
        content = holder(storage)

    assert content == {
        "run_id": "first",
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "since": "2026-11-23T06:00:00+00:00",
        "expires_at": "2026-11-23T08:00:00+00:00",
    }


def test_on_s3_a_second_run_fails_with_the_holders_name(
    storage: S3Storage, clock: FakeClock
) -> None:
    with locked(storage, "first", clock):
        clock.pass_hours(1.9)
        with pytest.raises(LakeIsLocked) as caught, locked(storage, "second", clock):
            pass

    assert str(caught.value) == (
        f"{LAKE}: run first (process {os.getpid()} on {socket.gethostname()}, since "
        "2026-11-23T06:00:00+00:00) is publishing to this lake; wait until it ends, then run again"
    )


def test_on_s3_an_expired_lock_of_a_killed_holder_is_taken_over(
    storage: S3Storage, clock: FakeClock
) -> None:
    S3Lock(storage, "killed", clock).acquire()
    clock.now += S3_LOCK_LIFETIME

    with locked(storage, "second", clock) as lock:
        lock.renew()
        content = holder(storage)

    assert content["run_id"] == "second"


def test_on_s3_only_one_of_two_runs_takes_over_an_expired_lock(
    storage: S3Storage, clock: FakeClock
) -> None:
    S3Lock(storage, "killed", clock).acquire()
    clock.now += S3_LOCK_LIFETIME
    late, quick = (
        S3Lock(storage, "late", clock),
        S3Lock(S3Storage(BUCKET, "some/prefix"), "quick", clock),
    )

    # After `late` has read the expired lock, and before it puts its own, `quick` puts one
    def overtake(**_: Any) -> None:
        storage.client.meta.events.unregister("after-call.s3.GetObject", overtake)
        quick.acquire()

    storage.client.meta.events.register("after-call.s3.GetObject", overtake)
    with pytest.raises(LakeIsLocked):
        late.acquire()

    assert holder(storage)["run_id"] == "quick"
    quick.renew()


def test_on_s3_renewing_moves_the_expiry(storage: S3Storage, clock: FakeClock) -> None:
    with locked(storage, "first", clock) as lock:
        clock.pass_hours(1.5)
        lock.renew()
        clock.pass_hours(1.5)
        with pytest.raises(LakeIsLocked), locked(storage, "second", clock):
            pass
        lock.renew()

        assert holder(storage)["expires_at"] == "2026-11-23T11:00:00+00:00"


def test_on_s3_a_holder_that_took_too_long_has_lost_the_lock(
    storage: S3Storage, clock: FakeClock
) -> None:
    with locked(storage, "sleepy", clock) as lock:
        clock.pass_hours(3)
        lock.renew()  # no other run took it
        clock.pass_hours(3)
        second = S3Lock(storage, "second", clock)
        second.acquire()

        with pytest.raises(LockLost) as caught:
            lock.renew()

    assert str(caught.value) == (
        f"{LAKE}: run sleepy lost the lock, because it took longer than 2:00:00 or the lock "
        "was deleted; nothing was published; run it again"
    )
    # Its release did not touch the second run's lock
    assert holder(storage)["run_id"] == "second"
    second.renew()


def test_on_s3_a_holder_whose_lock_was_deleted_has_lost_it(
    storage: S3Storage, clock: FakeClock
) -> None:
    with locked(storage, "first", clock) as lock:
        storage.client.delete_object(Bucket=storage.bucket, Key=storage.prefix + LOCK_KEY)

        with pytest.raises(LockLost, match="or the lock was deleted"):
            lock.renew()

    # Its release did not create a lock
    assert storage.read(LOCK_KEY) is None


def test_on_s3_a_released_lock_can_be_taken_at_once(storage: S3Storage, clock: FakeClock) -> None:
    with pytest.raises(ZeroDivisionError), locked(storage, "first", clock):
        raise ZeroDivisionError

    with locked(storage, "second", clock):
        assert holder(storage)["run_id"] == "second"


def test_on_s3_lost_answers_do_not_lock_a_run_out(lossy_aws: LossyAws, clock: FakeClock) -> None:
    storage = S3Storage(BUCKET, "some/prefix")
    for run_id in ("first", "second"):
        lock = S3Lock(storage, run_id, clock)
        for step in (lock.acquire, lock.renew, lock.renew, lock.release):
            clock.pass_hours(0.5)
            lossy_aws.lose("s3 PUT object")
            step()
            assert lossy_aws.requests[:2] == ["s3 PUT object"] * 2


def test_on_s3_a_lost_answer_does_not_take_over_a_held_lock(
    lossy_aws: LossyAws, clock: FakeClock
) -> None:
    storage = S3Storage(BUCKET, "some/prefix")
    # The run id is the same, as after a job was started twice with one
    S3Lock(storage, "first", clock).acquire()
    lossy_aws.lose("s3 PUT object")

    with pytest.raises(LakeIsLocked, match="run first "):
        S3Lock(storage, "first", clock).acquire()


def test_on_s3_an_unreadable_lock_is_not_taken_over(storage: S3Storage, clock: FakeClock) -> None:
    storage.write(LOCK_KEY, b"what is this")

    with pytest.raises(LakeIsLocked, match="another run"), locked(storage, "second", clock):
        pass


def test_on_s3_a_missing_bucket_is_one_sentence(storage: S3Storage, clock: FakeClock) -> None:
    elsewhere = S3Storage("not-mine", "lake")
    sentence = "s3://not-mine/lake/state/lock could not be written: S3 answers NoSuchBucket; create"

    with pytest.raises(StorageError, match=sentence), locked(elsewhere, "r1", clock):
        pass
    assert storage.read(LOCK_KEY) is None


def test_on_s3_missing_credentials_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with (
        pytest.raises(StorageError, match=r"s3://my-lake/.*Unable to locate credentials"),
        locked(open_storage("s3://my-lake"), "r1", clock),
    ):
        pass


def test_every_error_of_the_lock_is_a_job_error() -> None:
    assert issubclass(LakeIsLocked, JobError)
    assert issubclass(LockLost, JobError)
