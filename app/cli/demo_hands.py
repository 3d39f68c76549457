"""Several hands at a draft of the demonstration: a section written by link, a comment inside the delegation."""

from collections.abc import Mapping
from typing import Any

from app.core.actors import Actor, Anonymous
from app.directory.reference import read
from app.practices.commenting import add_comment
from app.practices.handing_over import LinkUser, hand_over, open_handover
from app.practices.models import Practice
from app.practices.operations import save_draft
from app.practices.template import sections

HANDED = "lessons"  # the section of this field is written by link


def write_together(practice: Practice, content: Mapping[str, Any], *, state: str, by: Actor) -> None:
    """Have the delegation write all but one field, and somebody of a ministry that one."""
    told = read("demo/hands.yaml")[state]
    save_draft(practice, content={**content, HANDED: ""}, by=by)
    template = sections(practice.call.template)
    section = next(one.key for one in template if HANDED in [field.key for field in one.fields])
    handover = hand_over(practice, section=section, for_whom=told["for_whom"], days=30, by=by)
    use = open_handover(handover, name=told["name"], by=Anonymous())
    save_draft(practice, content=content, by=LinkUser(use))
    add_comment(practice, section=section, text=told["comment"], by=by)
