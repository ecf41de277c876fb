"""The evaluator of policies, on statements whose meaning AWS documents."""

from typing import Any

import pytest

from tests.cloud.policies import Call, UnknownElement, allows, statements, unused

OBJECT = "arn:aws:s3:::lake/raw/a.gz"


def policy(**elements: Any) -> dict[str, Any]:
    statement = {"Sid": "One", "Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECT}
    return {"Statement": [statement | elements]}


def allowed(call: Call, *documents: dict[str, Any]) -> bool:
    return allows([one for document in documents for one in statements(document)], call)


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({}, True),
        ({"Action": "s3:getobject"}, True),
        ({"Action": ["s3:PutObject", "s3:Get*"]}, True),
        ({"Action": "s3:GetObjectVersion"}, False),
        ({"Resource": "arn:aws:s3:::lake/raw/*"}, True),
        ({"Resource": "arn:aws:s3:::lake/raw/?.gz"}, True),
        ({"Resource": "arn:aws:s3:::lake/raw"}, False),
        ({"Resource": "arn:aws:s3:::lake/[r]aw/a.gz"}, False),
    ],
)
def test_actions_ignore_case_and_resources_do_not(elements: Any, expected: bool) -> None:
    assert allowed(Call("s3:GetObject", (OBJECT,)), policy(**elements)) is expected


def test_a_denial_wins() -> None:
    call = Call("s3:GetObject", (OBJECT,))

    assert not allowed(call, policy(), policy(Effect="Deny", Action="s3:*", Resource="*"))


def test_all_resources_of_a_call_must_be_allowed() -> None:
    call = Call("glue:GetTable", ("catalog", "table"))

    assert not allowed(call, policy(Action="glue:GetTable", Resource="table"))
    assert allowed(call, policy(Action="glue:GetTable", Resource=["table", "catalog"]))


@pytest.mark.parametrize(
    ("operator", "context", "expected"),
    [
        ("StringLike", (("s3:prefix", "raw/x"),), True),
        ("StringLike", (("S3:Prefix", "raw/x"),), True),
        ("StringLike", (("s3:prefix", "state/"),), False),
        ("StringLike", (), False),
        ("StringLikeIfExists", (), True),
        ("StringLikeIfExists", (("s3:prefix", "state/"),), False),
        ("StringEquals", (("s3:prefix", "raw/x"),), False),
    ],
)
def test_a_condition_must_hold(operator: str, context: Any, expected: bool) -> None:
    document = policy(Condition={operator: {"s3:prefix": ["raw/*", "tables/*"]}})

    assert allowed(Call("s3:GetObject", (OBJECT,), context), document) is expected


@pytest.mark.parametrize(
    "elements",
    [{"NotAction": "s3:*"}, {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}],
)
def test_an_unknown_element_raises(elements: Any) -> None:
    with pytest.raises(UnknownElement):
        statements(policy(**elements))


def test_unused_rights_are_listed() -> None:
    document = policy(Action=["s3:GetObject", "s3:PutObject"], Resource=[OBJECT, "other"])

    assert list(unused(statements(document), [Call("s3:GetObject", (OBJECT,))])) == [
        ("One", "s3:PutObject", "*"),
        ("One", "*", "other"),
    ]
