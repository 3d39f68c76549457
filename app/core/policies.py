"""Every route says who may use it, next to the route; the application refuses to start otherwise.

A view is declared with `public` (anybody; `load` hides what the actor may not see with a 404) or with
`signed_in` (people with an account, for whom `rule` is true). A loader takes the actor and the path's
values and returns the thing, or raises werkzeug's NotFound; the view then receives that thing alone.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, g
from flask_login import current_user

from app.core.actors import Actor
from app.core.errors import Forbidden, SignInNeeded

Loader = Callable[..., Any]
View = Callable[..., Any]
Rule = Callable[..., bool]


class UndeclaredRoute(RuntimeError):
    """An endpoint has no policy."""


def anyone(actor: Actor, thing: Any = None) -> bool:
    """Rule: every person with an account."""
    return True


def is_staff(actor: Actor, thing: Any = None) -> bool:
    """Rule: the secretariat and administrators."""
    return actor.is_staff


def is_administrator(actor: Actor, thing: Any = None) -> bool:
    """Rule: administrators alone."""
    return actor.is_administrator


def _declare(view: View, name: str, load: Loader | None, check: Callable[[Actor, list[Any]], None]) -> View:
    @wraps(view)
    def guarded(**path: Any) -> Any:
        actor = current_user._get_current_object()
        check(actor, [])
        if load is None:
            return view(**path)
        thing = load(actor, **path)
        check(actor, [thing])
        g.thing = thing  # what the page is about: its frame says more of it
        return view(thing)

    guarded.policy, guarded.load = name, load  # type: ignore[attr-defined]
    return guarded


def public(*, load: Loader | None = None) -> Callable[[View], View]:
    """Anybody may use the route; where there is a loader, it decides what they see."""

    def declare(view: View) -> View:
        return _declare(view, "public", load, lambda actor, things: None)

    return declare


def signed_in(rule: Rule, *, load: Loader | None = None) -> Callable[[View], View]:
    """People with an account, for whom `rule(actor)` (or, with a loader, `rule(actor, thing)`) holds.

    Somebody who has not signed in is sent to sign in before anything is loaded, whether the thing
    exists or not. Raises SignInNeeded, Forbidden, or what the loader raises.
    """

    def check(actor: Actor, things: list[Any]) -> None:
        if not actor.is_authenticated:
            raise SignInNeeded
        if (things or load is None) and not rule(actor, *things):
            raise Forbidden

    def declare(view: View) -> View:
        return _declare(view, rule.__name__, load, check)

    return declare


def require_declared(app: Flask) -> None:
    """Raise UndeclaredRoute if any endpoint of the application has no policy."""
    bare = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and not hasattr(view, "policy")
    ]
    if bare:
        raise UndeclaredRoute(f"no policy declared for: {', '.join(sorted(bare))}")
