"""Clients of moto's AWS for the tests' own requests, which are not what a test tests."""

from functools import cache
from typing import Any

from boto3.session import Session
from botocore.config import Config


@cache
def own_client(service: str) -> Any:
    """A client that all tests share, because to make one takes longer than most requests.

    Call it only while moto stands in place of AWS, and don't change it.
    """
    session: Any = Session("testing", "testing", region_name="us-east-1")
    # A test may name a server of its own in the environment
    options: Any = {"ignore_configured_endpoint_urls": True}
    return session.client(service, config=Config(**options))
