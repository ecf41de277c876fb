"""What IAM policies allow, judged here and not by moto, which knows no ARN of most services.

As AWS documents it for policies of one identity: a denial wins, else one statement has to allow a
call, on each of the resources that the service checks. Elements that no policy of ours has are
refused, not passed over.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

_ELEMENTS = {"Sid", "Effect", "Action", "Resource", "Condition"}


class UnknownElement(AssertionError):
    """A policy has an element or a condition that this evaluator can't judge."""


class Call(NamedTuple):
    """A call of AWS: `s3:GetObject`, the ARNs that are checked for it, condition keys' values."""

    action: str
    resources: tuple[str, ...]
    context: tuple[tuple[str, str], ...] = ()


class Statement(NamedTuple):
    """A statement of a role's policies."""

    sid: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]

    def matches(self, call: Call, resource: str) -> bool:
        """Whether it speaks of a call on one of its resources."""
        context = {name.lower(): value for name, value in call.context}
        return (
            any(_like(call.action.lower(), action.lower()) for action in self.actions)
            and any(_like(resource, pattern) for pattern in self.resources)
            and all(_holds(*condition, context) for condition in self.conditions)
        )


def statements(document: Mapping[str, Any]) -> list[Statement]:
    """The statements of a policy document; raises UnknownElement."""
    found = []
    for statement in _listed(document["Statement"]):
        if unknown := set(statement) - _ELEMENTS:
            raise UnknownElement(f"{sorted(unknown)} in {statement.get('Sid')}")
        conditions = tuple(
            (operator, key, tuple(_listed(values)))
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
        for operator, _, _ in conditions:
            _operator(operator)
        found.append(
            Statement(
                statement["Sid"],
                statement["Effect"],
                tuple(_listed(statement["Action"])),
                tuple(_listed(statement["Resource"])),
                conditions,
            )
        )
    return found


def allows(policy: Iterable[Statement], call: Call) -> bool:
    """Whether a call is allowed, on all its resources."""
    policy = list(policy)
    return all(
        any(one.effect == "Allow" and one.matches(call, resource) for one in policy)
        and not any(one.effect == "Deny" and one.matches(call, resource) for one in policy)
        for resource in call.resources
    )


def unused(policy: Iterable[Statement], calls: Iterable[Call]) -> Iterator[tuple[str, str, str]]:
    """What is granted and no call needs: Sid, action, resource; `*` for an action as a whole."""
    calls = list(calls)
    for one in policy:
        for action in one.actions:
            only = one._replace(actions=(action,))
            if not _needed(only, calls):
                yield one.sid, action, "*"
        for resource in one.resources:
            only = one._replace(resources=(resource,))
            if not _needed(only, calls):
                yield one.sid, "*", resource


def _needed(statement: Statement, calls: Iterable[Call]) -> bool:
    return any(statement.matches(call, resource) for call in calls for resource in call.resources)


def _holds(operator: str, key: str, wanted: tuple[str, ...], context: Mapping[str, str]) -> bool:
    value = context.get(key.lower())
    if value is None:
        return operator.endswith("IfExists")
    return any(_operator(operator)(value, one) for one in wanted)


def _operator(name: str) -> Callable[[str, str], bool]:
    known: dict[str, Callable[[str, str], bool]] = {
        "StringEquals": str.__eq__,
        "StringLike": _like,
        "ArnEquals": _like,
        "ArnLike": _like,
    }
    try:
        return known[name.removesuffix("IfExists")]
    except KeyError:
        raise UnknownElement(f"the condition {name}") from None


def _like(value: str, pattern: str) -> bool:
    """Whether `*` and `?` of a pattern make it a value."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
