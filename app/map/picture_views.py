"""The entry page of the map, and its pictures: each as a page, and as a file to download."""

from collections import Counter
from typing import Any

from flask import render_template, request, url_for
from flask_babel import format_percent, ngettext
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app.audit.kept_pages import kept_for_visitors
from app.core.policies import public
from app.core.wording import in_reader_language, language_shown
from app.directory.enums import MechanismKind, PartyKind, StatementSubject
from app.directory.facts import Facts, Known, Standing, facts_at, holds
from app.directory.labels import EVENT_KINDS, MECHANISM_KINDS
from app.directory.models import Event
from app.directory.queries import events as all_events
from app.map import americas as americas_map
from app.map import bp, timeline
from app.map import network as network_map
from app.map.forms import DayForm
from app.map.naming import day_shown, in_order, link, period, source
from app.map.picture_forms import AmericasForm, NetworkForm, TimelineForm
from app.map.svg import TYPES, Picture, as_file, drawn


@bp.get("/map")
@kept_for_visitors
@public()
def pictures() -> Any:
    """What the map holds, with its key numbers."""
    facts = facts_at()
    mechanisms = facts.of_kind(PartyKind.MECHANISM)
    kinds = Counter(party.subkind for party in mechanisms)
    members = {party_id for listed in facts.members.values() for party_id in listed}
    return render_template(
        "map/pictures.html",
        day=day_shown(facts.day),
        mechanisms=len(mechanisms),
        ended=sum(1 for party in mechanisms if party.ended and not holds("", party.ended, facts.day)),
        kinds=[
            (MECHANISM_KINDS[kind], kinds[kind], url_for("library.mechanisms", kind=kind.value))
            for kind in MechanismKind
            if kinds[kind]
        ],
        listed=sum(1 for listed in facts.members.values() if listed),
        organizations=len(facts.of_kind(PartyKind.ORGANIZATION)),
        states=sum(1 for party in facts.of_kind(PartyKind.STATE) if party.id in members),
        territories=sum(1 for party in facts.of_kind(PartyKind.TERRITORY) if party.id in members),
    )


@bp.get("/map/network")
@kept_for_visitors
@public()
def network() -> Any:
    """The network of mechanisms, and the same as tables."""
    form = NetworkForm.of_request()
    form.validate()
    found = network_map.network(facts_at(form.day), kind=form.mechanism_kind, at_least=form.wanted("shared"))
    caption = ngettext(
        "As at %(day)s. A line joins two mechanisms that have at least %(num)d member in common; "
        "the wider, the more they share. The number beside a name counts its members.",
        "As at %(day)s. A line joins two mechanisms that have at least %(num)d members in common; "
        "the wider, the more they share. The number beside a name counts its members.",
        found.at_least,
        day=day_shown(form.day),
    )
    links = {party.id: link(party) for party in found.nodes}
    kept: dict[str, Any] = {"at": form.day} if form.wanted("at") else {}
    joined = {party_id for pair in found.pairs for party_id in (pair.first.id, pair.second.id)}
    return _shown(
        network_map.picture(found, caption) if found.nodes else None,
        form,
        "map/network.html",
        found=found,
        most=network_map.MOST,
        apart=[links[party.id] for party in found.nodes if party.id not in joined],
        pairs=[
            {
                "first": links[pair.first.id],
                "second": links[pair.second.id],
                "shared": pair.members,
                "label": network_map.named(pair),
                "either": pair.either_members,
                "index": format_percent(pair.by_members),
                "url": url_for("map.pair", first=pair.first.slug, second=pair.second.slug, **kept),
            }
            for pair in found.pairs
        ],
    )


@bp.get("/map/americas")
@kept_for_visitors
@public()
def americas() -> Any:
    """The map of the Americas, and the same as a table."""
    form = AmericasForm.of_request()
    facts = facts_at(form.day)
    mechanisms = {party.slug: party for party in in_order(facts.of_kind(PartyKind.MECHANISM))}
    form.offer(mechanisms.values())
    form.validate()
    mechanism = mechanisms.get(form.wanted("mechanism") or "")
    day = day_shown(form.day)
    if mechanism is None:
        caption = _(
            "How many mechanisms count each State as a member, as at %(day)s, by the newest list of each.", day=day
        )
        picture = americas_map.count_picture(facts, caption)
        rows = [
            {**link(party), "number": count, "drawn": americas_map.is_drawn(party)}
            for party, count in americas_map.counts(facts)
        ]
        return _shown(picture, form, "map/americas.html", mechanism=None, rows=rows)
    return _members(facts, mechanism, form)


def _members(facts: Facts, mechanism: Known, form: AmericasForm) -> Any:
    members = facts.members.get(mechanism.id, {})
    caption = _(
        "The members of %(mechanism)s as at %(day)s, by its newest list.",
        mechanism=in_reader_language(mechanism.names),
        day=day_shown(form.day),
    )
    rows = [
        {
            **link(party),
            "period": period(members[party.id].since, members[party.id].until),
            "drawn": americas_map.is_drawn(party),
        }
        for party in in_order(facts.parties[party_id] for party_id in members)
    ]
    return _shown(
        americas_map.members_picture(facts, mechanism, caption) if any(row["drawn"] for row in rows) else None,
        form,
        "map/americas.html",
        mechanism=link(mechanism),
        rows=rows,
        silent=facts.standing(mechanism.id, StatementSubject.MEMBERS) is Standing.NOT_STATED,
        unnamed=facts.standing(mechanism.id, StatementSubject.MEMBERS) is Standing.STATED,
    )


@bp.get("/map/timeline", endpoint="timeline")
@kept_for_visitors
@public()
def timeline_page() -> Any:
    """The timeline of the system, and the same as a list."""
    form = TimelineForm.of_request()
    form.validate()
    kind = form.event_kind
    found = [event for event in all_events() if kind is None or event.event_kind is kind]
    if form.wanted("at"):
        found = timeline.happened_by(found, form.day)
    caption = _("What was founded, met, was adopted, published or ended. Years before 1990 stand closer together.")
    return _shown(
        timeline.picture(found, caption) if found else None,
        form,
        "map/timeline.html",
        count=len(found),
        decades=[(decade, [_entry(event) for event in events]) for decade, events in timeline.by_decade(found)],
    )


def _entry(event: Event) -> dict[str, Any]:
    party = event.party
    return {
        "id": timeline.anchor_of(event),
        "date": timeline.date_shown(event),
        "kind": EVENT_KINDS[event.event_kind],
        "title": in_reader_language(event.title),
        "lang": language_shown(event.title),
        "place": in_reader_language(event.place),
        "party": link(party) if party else None,
        "host": link(event.host) if event.host else None,
        "source": source(event.source),
    }


def _shown(picture: Picture | None, form: DayForm, template: str, **values: Any) -> Any:
    """Answer with the page, or with the picture as the file that the address asks for."""
    wanted = request.args.get("format")
    if wanted and (wanted not in TYPES or picture is None):
        raise NotFound
    if picture and wanted and not form.errors:
        return as_file(picture, wanted, form.day)
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name in form and value}
    page = render_template(
        template,
        form=form,
        filtered=bool(kept),
        picture=drawn(picture) if picture else None,
        caption=picture.caption if picture else "",
        files={kind: url_for(str(request.endpoint), format=kind, **kept) for kind in TYPES} if picture else {},
        day=day_shown(form.day),
        **values,
    )
    return page, form.status
