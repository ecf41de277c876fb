"""S3 stores an object and its answer is lost: the put that boto3 repeats has still succeeded."""

import io

import pytest

from lake.errors import ConditionNotMet, NoConnection, StorageError
from lake.s3 import S3Storage
from tests.support.glue_tables import BUCKET
from tests.support.lossy_aws import LossyAws

KEY = "raw/snapshot_date=2026-11-22/a.jsonl.gz"
PUT = "s3 PUT object"


@pytest.fixture
def storage(lossy_aws: LossyAws) -> S3Storage:  # noqa: ARG001
    return S3Storage(BUCKET, "some/prefix")


def put_new(storage: S3Storage, content: bytes) -> None:
    with storage.stage(KEY) as staged:
        staged.write(content)
        staged.put(replace=False)


@pytest.mark.parametrize("answers", [1, 2])
def test_a_repeated_put_recognises_its_own_object(
    storage: S3Storage, lossy_aws: LossyAws, answers: int
) -> None:
    lossy_aws.lose(PUT, answers)

    put_new(storage, b"ab")

    assert lossy_aws.requests == [PUT] * (1 + answers) + ["s3 GET object"]
    assert storage.read(KEY) == b"ab"


def test_the_same_content_of_another_run_is_not_its_own(storage: S3Storage) -> None:
    put_new(storage, b"ab")

    with pytest.raises(ConditionNotMet):
        put_new(storage, b"ab")


def test_a_put_learns_the_etag_for_its_next_condition(
    storage: S3Storage, lossy_aws: LossyAws
) -> None:
    lossy_aws.lose(PUT)
    etag = storage.put_if(KEY, io.BytesIO(b"a"), IfNoneMatch="*")
    lossy_aws.lose(PUT)
    etag = storage.put_if(KEY, io.BytesIO(b"ab"), IfMatch=etag)
    storage.put_if(KEY, io.BytesIO(b"abc"), IfMatch=etag)

    assert storage.read(KEY) == b"abc"


def test_a_put_that_is_never_answered_fails(storage: S3Storage, lossy_aws: LossyAws) -> None:
    lossy_aws.lose(PUT, 99)

    with pytest.raises(StorageError) as caught:
        put_new(storage, b"ab")

    assert type(caught.value) is NoConnection
