"""What can be listened to. Features register their streams when the application starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.errors import Forbidden, SignInNeeded

Renderer = Callable[[str, str], str]


@dataclass(frozen=True)
class Stream:
    """One kind of fragment; see `stream`."""

    name: str
    load: Callable[[Actor, str], Any]
    topic: Callable[[Any], str]
    rule: Callable[..., bool] | None
    audience: Callable[[Actor, Any], str]
    render: Renderer


streams: dict[str, Stream] = {}


@dataclass(frozen=True)
class Part:
    """One fragment, as all who listen to it get it. `what` says of which thing, as the address of its page does."""

    stream: str
    what: str
    audience: str
    language: str
    topic: str

    @property
    def name(self) -> str:
        """What a page calls it; whom it is for is no choice of the page."""
        return f"{self.stream}/{self.what}"


def stream(
    name: str,
    *,
    load: Callable[[Actor, str], Any],
    topic: Callable[[Any], str],
    rule: Callable[..., bool] | None = None,
    audience: Callable[[Actor, Any], str] = lambda actor, thing: "",
) -> Callable[[Renderer], Renderer]:
    """Register the function that renders a fragment, given of what (as `load` takes it) and for which audience.

    `load` and `rule` are those of the page that shows it (core/policies.py); without `rule` anybody may see what `load`
    gives them. `topic` says which topic its changes are published under, `audience` what of the thing the person is to
    see: all for whom it says the same get the same fragment. The function is called for nobody in particular, in the
    language of the part: it reads what it shows itself, and a form in it would be nobody's (buttons belong to forms of
    the page by the attribute `form`).
    """

    def register(render: Renderer) -> Renderer:
        streams[name] = Stream(name, load, topic, rule, audience, render)
        return render

    return register


def part_for(
    actor: Actor, name: str, language: str, thing: Any = None, *, loaded: dict[Any, Any] | None = None
) -> Part:
    """The part that a person sees under the name that a page gave. Raises NotFound, SignInNeeded or Forbidden.

    `thing`: what the stream's loader gave the page already. `loaded`: what loaders gave for the other parts of a page,
    which is added to: the parts of a page are mostly about the same thing.
    """
    kind, _, what = name.partition("/")
    found = streams.get(kind)
    if found is None or "\x00" in what:
        raise NotFound
    if found.rule is not None and not actor.is_authenticated:
        raise SignInNeeded
    known = {} if loaded is None else loaded
    if thing is None and (found.load, what) not in known:
        known[found.load, what] = found.load(actor, what)
    thing = known[found.load, what] if thing is None else thing
    if found.rule is not None and not found.rule(actor, thing):
        raise Forbidden
    return Part(kind, what, found.audience(actor, thing), language, found.topic(thing))
