"""What IAM policies allow. moto cannot evaluate this: it has no ARNs for most services.

As AWS documents it for the policies of one identity: a denial wins; otherwise a statement must
allow the call, on each resource that the service checks. An element that our policies don't use
raises an error, so that none is ignored.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

_ELEMENTS = {"Sid", "Effect", "Action", "Resource", "Condition"}


class UnknownElement(AssertionError):
    """A policy has an element or a condition that this module can't evaluate."""


class Call(NamedTuple):
    """A call to AWS: `s3:GetObject`, the ARNs checked for it, the values of condition keys."""

    action: str
    resources: tuple[str, ...]
    context: tuple[tuple[str, str], ...] = ()


class Statement(NamedTuple):
    """A statement of a policy."""

    sid: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]

    def matches(self, call: Call, resource: str) -> bool:
        """Whether it covers a call on one of the call's resources."""
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
    """Whether a policy allows a call on all its resources."""
    policy = list(policy)
    return all(
        any(one.effect == "Allow" and one.matches(call, resource) for one in policy)
        and not any(one.effect == "Deny" and one.matches(call, resource) for one in policy)
        for resource in call.resources
    )


def unused(policy: Iterable[Statement], calls: Iterable[Call]) -> Iterator[tuple[str, str, str]]:
    """Rights that no call needs: Sid and either an action or a resource; the other is `*`."""
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
    """Whether a value matches a pattern with `*` and `?`."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
