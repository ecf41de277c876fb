"""Look up every package that the locks pin in OSV, the database of known vulnerabilities.

`python -m tools.vulnerabilities` fails if a package has a vulnerability that is not accepted in
requirements/accepted-vulnerabilities.toml. Where OSV cannot be reached, it says so and succeeds.
"""

import json
import re
import sys
import tomllib
import urllib.request
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError

# https://google.github.io/osv.dev/post-v1-querybatch/: one request, up to 1,000 queries
URL = "https://api.osv.dev/v1/querybatch"
REQUIREMENTS = Path(__file__).parents[1] / "requirements"
ACCEPTED = "accepted-vulnerabilities.toml"
_TIMEOUT_S = 30
_QUERIES_PER_REQUEST = 1000
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


class NotReached(Exception):
    """OSV did not answer."""


class InvalidEntry(Exception):
    """An accepted vulnerability lacks a field, or has another one."""


class Pin(NamedTuple):
    """A package in the version that a lock pins."""

    package: str
    version: str


class Accepted(NamedTuple):
    """A vulnerability that does not matter here, with the reason and the day of the decision."""

    id: str
    package: str
    reason: str
    date: date


def main(folder: Path = REQUIREMENTS, url: str = URL) -> int:
    """Check the locks in a folder, and print the result; returns the exit status."""
    locks_by_pin = pinned(folder)
    accepted = {(one.id, one.package) for one in accepted_vulnerabilities(folder / ACCEPTED)}
    try:
        ids_by_pin = known_vulnerabilities(list(locks_by_pin), url)
    except NotReached as error:
        _tell(f"Not checked: known vulnerabilities, because OSV cannot be reached ({error}).")
        return 0
    found = {(id_, pin.package) for pin, ids in ids_by_pin.items() for id_ in ids}
    for id_, package in sorted(accepted - found):
        _tell(f"{ACCEPTED}: {id_} of {package} is no longer found; remove its entry.")
    refused = [
        f"{pin.package} {pin.version} ({', '.join(locks_by_pin[pin])}): https://osv.dev/{id_}"
        for pin, ids in sorted(ids_by_pin.items())
        for id_ in ids
        if (id_, pin.package) not in accepted
    ]
    for line in refused:
        _tell(line)
    if refused:
        _tell(f"Upgrade these packages, or accept the vulnerabilities in requirements/{ACCEPTED}.")
        return 1
    _tell(f"{len(locks_by_pin)} pinned packages have no known vulnerability but accepted ones.")
    return 0


def pinned(folder: Path) -> Mapping[Pin, Sequence[str]]:
    """The packages that the locks of a folder pin, each with the names of its locks."""
    locks: dict[Pin, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("*.txt")):
        for package, version in _PIN.findall(path.read_text(encoding="utf-8")):
            locks[Pin(package, version)].append(path.name)
    return locks


def accepted_vulnerabilities(path: Path) -> list[Accepted]:
    """The accepted vulnerabilities in a file; raises InvalidEntry."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("accepted", [])
    for entry in entries:
        if set(entry) != set(Accepted._fields) or not isinstance(entry["date"], date):
            raise InvalidEntry(f"{path}: {entry} must have {', '.join(Accepted._fields)}")
    return [Accepted(**entry) for entry in entries]


def known_vulnerabilities(pins: Sequence[Pin], url: str) -> dict[Pin, list[str]]:
    """The ids of the known vulnerabilities of some packages; raises NotReached."""
    ids: dict[Pin, list[str]] = {}
    for start in range(0, len(pins), _QUERIES_PER_REQUEST):
        chunk = pins[start : start + _QUERIES_PER_REQUEST]
        queries = [
            {"package": {"name": pin.package, "ecosystem": "PyPI"}, "version": pin.version}
            for pin in chunk
        ]
        results = _post(url, {"queries": queries})["results"]
        for pin, result in zip(chunk, results, strict=True):
            ids[pin] = [one["id"] for one in result.get("vulns", ())]
    return ids


def _post(url: str, body: Mapping[str, Any]) -> Any:
    request = urllib.request.Request(  # noqa: S310, https or a test's server
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
            return json.load(answer)
    except HTTPError as error:
        # OSV itself refuses a wrong request with 400; other statuses are of a proxy or an outage
        if error.code == HTTPStatus.BAD_REQUEST:
            raise
        raise NotReached(f"HTTP status {error.code}") from error
    except OSError as error:
        raise NotReached(getattr(error, "reason", error)) from error


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
