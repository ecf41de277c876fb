"""The control endpoint: what tests in this process call as methods, for other processes."""

from datetime import date, timedelta
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from flask import Blueprint, Response, request

from simulator.spotify.accounts import Consent
from simulator.spotify.faults import FAULTS, Fault
from simulator.spotify.responses import json_response
from simulator.spotify.state import State
from simulator.world.catalogue import Generation, SimulationError


class ControlMisused(SimulationError):
    """The control endpoint was asked for something that there is not."""


def control(state: State) -> Blueprint:
    """`/control/…`: JSON objects in, JSON out; 400 with `error` for what cannot be done."""
    endpoint = Blueprint("control", __name__, url_prefix="/control")

    @endpoint.post("/faults")
    def add_fault() -> Response:
        asked = _asked(parameters=True)
        path = _value(asked, "path", str, "**")
        times = _value(asked, "times", int | None, 1)
        after = _value(asked, "after", int, 0)
        state.faults.add(_fault(asked), path, times, after)
        return json_response({})

    @endpoint.delete("/faults")
    def clear_faults() -> Response:
        state.faults.clear()
        return json_response({})

    @endpoint.post("/today")
    def today() -> Response:
        asked = _asked("today", "generation")
        on = _day(_value(asked, "today", str | None, state.today and str(state.today)))
        state.generation = _value(asked, "generation", Generation, state.generation)
        state.today = on
        return json_response({"today": str(state.served().on), "generation": state.generation})

    @endpoint.post("/accounts")
    def accounts() -> Response:
        asked = _asked("consent", "rotates_refresh_tokens", "advance_s")
        known = state.accounts
        consent = _value(asked, "consent", Consent, known.consent)
        rotates = _value(asked, "rotates_refresh_tokens", bool, known.rotates_refresh_tokens)
        ahead = timedelta(seconds=_value(asked, "advance_s", int, 0))
        known.consent, known.rotates_refresh_tokens = consent, rotates
        state.advance(ahead)
        return json_response({"now": state.now().isoformat()})

    @endpoint.post("/reset")
    def reset() -> Response:
        state.reset()
        return json_response({})

    @endpoint.get("/requests")
    def requests() -> Response:
        return json_response([call._asdict() for call in state.requests()])

    @endpoint.errorhandler(SimulationError)
    def misused(error: SimulationError) -> Response:
        return json_response({"error": str(error)}, 400)

    return endpoint


def _asked(*known: str, parameters: bool = False) -> dict[str, Any]:
    asked = request.get_json(force=True, silent=True)
    if not isinstance(asked, dict):
        raise ControlMisused(f"{request.path} takes a JSON object; send one")
    unknown = [] if parameters else sorted(asked.keys() - set(known))
    if unknown:
        raise ControlMisused(f"there is no {', '.join(unknown)}; send {', '.join(known)}")
    return asked


def _value(asked: dict[str, Any], name: str, kind: Any, default: Any) -> Any:
    """Take one value out, or the default; raises ControlMisused for one of another kind."""
    value = asked.pop(name, default)
    if not _fits(value, kind):
        raise ControlMisused(f"{name} cannot be {value!r}; send {_named(kind)}")
    return value


def _fits(value: Any, kind: Any) -> bool:
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if isinstance(kind, UnionType):
        return any(_fits(value, one) for one in get_args(kind))
    return type(value) is kind


def _named(kind: Any) -> str:
    if get_args(kind):
        return " or ".join(str(getattr(one, "__name__", one)) for one in get_args(kind))
    return str(kind.__name__)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise ControlMisused(f"today cannot be {text!r}; send YYYY-MM-DD or null") from None


def _fault(asked: dict[str, Any]) -> Fault:
    kind = FAULTS[_value(asked, "kind", Literal[*FAULTS], None)]
    hints = get_type_hints(kind)
    unknown = asked.keys() - hints.keys()
    if unknown:
        raise ControlMisused(
            f"{kind.__name__} has no {', '.join(sorted(unknown))}; send any of {', '.join(hints)}"
        )
    return kind(**{name: _value(asked, name, hints[name], None) for name in list(asked)})
