"""A lake's address: a folder or an s3:// prefix, and nothing else."""

import re
from pathlib import Path

import pytest

from lake.address import Address, FolderAddress, InvalidAddress, S3Address, parse_address


@pytest.mark.parametrize(
    ("lake", "address", "text"),
    [
        ("s3://my-lake", S3Address("my-lake", ""), "s3://my-lake"),
        ("s3://my-lake/", S3Address("my-lake", ""), "s3://my-lake"),
        ("s3://my.lake/some/prefix//", S3Address("my.lake", "some/prefix"), None),
        ("/data/lake", FolderAddress(Path("/data/lake")), "/data/lake"),
        (Path("/data/lake"), FolderAddress(Path("/data/lake")), "/data/lake"),
    ],
)
def test_an_address_is_a_folder_or_an_s3_prefix(
    lake: str | Path, address: Address, text: str | None
) -> None:
    assert parse_address(lake) == address
    assert str(address) == (text or "s3://my.lake/some/prefix")


def test_a_folder_becomes_absolute_and_may_start_with_a_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    assert parse_address("~/lake") == FolderAddress(tmp_path / "lake")
    assert parse_address("lake") == FolderAddress(tmp_path / "lake")


@pytest.mark.parametrize(
    "lake",
    ["", " ", "gs://b/x", "https://x", "s3://", "s3://UPPER/x", "s3a://b", Path("s3://my-lake")],
)
def test_any_other_text_is_refused(lake: str | Path) -> None:
    sentence = f"{str(lake)!r} is neither a folder nor s3://bucket/prefix; pass one of these"

    with pytest.raises(InvalidAddress, match=re.escape(sentence)):
        parse_address(lake)
