"""Terraform's requests taken apart: action and parameters, or for S3 the calls themselves."""

import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from botocore.loaders import Loader

from tests.cloud.policies import Call
from tests.cloud.recorded import Request, s3_object_calls

# The rights to a bucket's settings, by query parameter. To delete one, it takes the right to put it
_SETTINGS = {
    "accelerate": "AccelerateConfiguration",
    "acl": "BucketAcl",
    "cors": "BucketCORS",
    "encryption": "EncryptionConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "logging": "BucketLogging",
    "object-lock": "BucketObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "replication": "ReplicationConfiguration",
    "requestPayment": "BucketRequestPayment",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
    "website": "BucketWebsite",
}
_BUCKETS = {
    ("PUT", ""): "CreateBucket",
    ("HEAD", ""): "ListBucket",
    ("GET", "versions"): "ListBucketVersions",
    ("DELETE", ""): "DeleteBucket",
    ("DELETE", "policy"): "DeleteBucketPolicy",
}
_BESIDE = {"list-type", "prefix", "max-keys", "encoding-type", "key-marker", "version-id-marker"}


class Asked(NamedTuple):
    """Service and action as in a policy's `service:action`, and the parameters."""

    service: str
    action: str
    parameters: dict[str, Any]

    @property
    def verb(self) -> str:
        """The first word of the action, such as `Create`."""
        return re.split(r"(?<=[a-z])(?=[A-Z])", self.action)[0]


def asked(request: Request) -> Asked:
    """A request to another service than S3; raises KeyError if it is unknown."""
    if target := request.headers.get("x-amz-target"):
        action = target.rpartition(".")[2]
        return Asked(request.service, action, json.loads(request.body or b"{}"))
    if request.service in ("lambda", "scheduler"):
        return _asked_of_url(request)
    form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    service = {"monitoring": "cloudwatch"}.get(request.service, request.service)
    return Asked(service, form.pop("Action"), form)


def s3_calls(request: Request) -> list[Call]:
    """The calls of a request to S3; raises KeyError if it is unknown."""
    bucket, _, key = request.path.lstrip("/").partition("/")
    arn, settings = f"arn:aws:s3:::{bucket}", set(request.query) - _BESIDE
    if key and "tagging" in settings:
        return [Call(f"s3:{request.method.title()}ObjectTagging", (f"{arn}/{key}",))]
    if key and "versionId" in settings and request.method == "DELETE":
        return [Call("s3:DeleteObjectVersion", (f"{arn}/{key}",))]
    if key and "x-amz-tagging" in request.headers:
        tag = Call("s3:PutObjectTagging", (f"{arn}/{key}",))
        return [*s3_object_calls(request), tag]
    if key:
        return s3_object_calls(request)
    if settings == {"delete"}:
        return _deletions(request, arn)
    setting = "".join(settings)
    action = _BUCKETS.get((request.method, setting))
    if not action:
        verb = {"GET": "Get", "PUT": "Put", "DELETE": "Put"}[request.method]
        action = "ListBucket" if not setting else f"{verb}{_SETTINGS[setting]}"
    return [Call(f"s3:{action}", (arn,))]


def _deletions(request: Request, arn: str) -> list[Call]:
    """The calls of one request that deletes several objects or versions."""
    calls = []
    for element in ET.fromstring(request.body):  # noqa: S314, written by Terraform
        found = {part.tag.rpartition("}")[2]: part.text for part in element}
        if "Key" in found:
            action = "DeleteObjectVersion" if found.get("VersionId") else "DeleteObject"
            calls.append(Call(f"s3:{action}", (f"{arn}/{found['Key']}",)))
    return calls


def _asked_of_url(request: Request) -> Asked:
    for action, method, path in _operations(request.service):
        if request.method == method and (found := path.fullmatch(request.path)):
            query = {name[0].upper() + name[1:]: value for name, value in request.query.items()}
            body = json.loads(request.body or b"{}")
            return Asked(request.service, action, query | body | found.groupdict())
    raise KeyError(request.path)


@cache
def _operations(service: str) -> list[tuple[str, str, re.Pattern[str]]]:
    """Name, method and path of each operation, from botocore's description of the service."""
    found = []
    for name, operation in Loader().load_service_model(service, "service-2")["operations"].items():
        path = operation["http"]["requestUri"]
        # Only an ARN may contain a slash
        value = ".+" if "/tags/" in path else "[^/]+"
        pattern = re.compile(re.sub(r"\{(\w+)\}", rf"(?P<\1>{value})", path))
        found.append((name, operation["http"]["method"], pattern))
    return found
