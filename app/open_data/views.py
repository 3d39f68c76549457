"""The pages of open data, and the files of its releases."""

from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.audit.kept_pages import kept_for_visitors
from app.core.addresses import whole_address
from app.core.db import db
from app.core.forms import sent
from app.core.languages import current_language
from app.core.pages import back_to, say
from app.core.policies import is_staff, public, signed_in
from app.core.sheets import as_download
from app.documents.responses import send
from app.open_data import bp, queries
from app.open_data import sitemap as site_map
from app.open_data.catalogue import holds_what_is_gone
from app.open_data.enums import RecordKind, ReleaseState
from app.open_data.labels import CHANGES, FORMATS, KINDS, REASONS, STATES
from app.open_data.models import Release, ReleaseFile
from app.open_data.operations import KEPT, ask_for_release
from app.open_data.tables import DESCRIBED, TABLES, TYPES, codebook

XML = "application/xml; charset=utf-8"


def _line(release: Release) -> dict[str, Any]:
    word, kind = STATES[release.state]
    return {"release": release, "state": word, "kind": kind}


@bp.get("/open-data")
@public()
def home() -> str:
    """What is open, in which forms, and all releases, some at a time: there may be one each day."""
    page = queries.releases(request.args.get("page", 1, type=int))
    return render_template(
        "open_data/home.html",
        page=page,
        lines=[_line(release) for release in page.items],
        url_for_page=lambda number: url_for("open_data.home", page=number, _anchor="releases"),
        newest=queries.newest_standing(),
        formats=FORMATS,
        counts=[{"label": KINDS[kind], "value": count} for kind, count in queries.counts().items()],
        at_work=queries.job_at_work(),
        licence=current_app.config["LICENCE"],
        licence_url=current_app.config["LICENCE_URL"],
        oai=whole_address(url_for("open_data.oai")),
        api=whole_address(url_for("api.document")),
        sitemap=whole_address(url_for("open_data.sitemap")),
        latest=[whole_address(url_for("open_data.latest", file_format=key.value)) for key in FORMATS],
        kept=KEPT,
        zone=current_app.config["ZONE"],
    )


@bp.post("/open-data/releases")
@signed_in(is_staff)
def make() -> AnyResponse:
    """Have a release made now; asked for twice it is made once."""
    sent()
    job_id = ask_for_release(by=current_user)
    db.session.commit()
    say(_("A new release is being made."))
    return back_to("jobs.job", job_id=job_id)


@bp.get("/open-data/releases/<int:number>")
@public(load=queries.release_numbered)
def release(row: Release) -> Any:
    """One release: what it holds, what changed, its files and checksums; of one that has ended, why."""
    if row.state is not ReleaseState.MADE:
        return _ended(row)
    return render_template(
        "open_data/release.html",
        release=row,
        formats=FORMATS,
        tables=[(table, row.rows.get(table.name, 0)) for table in TABLES],
        changes=_changes(row),
        zone=current_app.config["ZONE"],
    )


def _changes(row: Release) -> list[dict[str, Any]]:
    return [
        {"kind": KINDS[RecordKind(kind)], "counts": [(CHANGES[how], how_many.get(how, 0)) for how in CHANGES]}
        for kind, how_many in (row.changes or {}).items()
    ]


def _ended(row: Release) -> Any:
    """The page of a release that is withdrawn, or is about to be, or made room."""
    reason = REASONS.get(row.state, REASONS[ReleaseState.WITHDRAWN])
    page = render_template("open_data/ended.html", release=row, reason=reason, zone=current_app.config["ZONE"])
    return page, 410


@bp.get("/open-data/releases/<int:number>/<name>")
@public(load=queries.release_file)
def file(item: ReleaseFile) -> Any:
    """A file of a release. What holds something that was withdrawn a moment ago is not given, whoever knows already."""
    if item.release.state is ReleaseState.MADE and item.file and not holds_what_is_gone(item.release):
        return send(item.file)
    return _ended(item.release)  # which says so before the catalogue does: a GET writes nothing


@bp.get("/open-data/releases/<int:number>/SHA256SUMS")
@public(load=queries.release_numbered)
def checksums(row: Release) -> Any:
    """The checksums of a release's files, as `sha256sum --check` reads them."""
    if row.state is not ReleaseState.MADE:
        return _ended(row)
    return Response(
        "".join(f"{item.sha256}  {item.name}\n" for item in row.files), content_type="text/plain; charset=utf-8"
    )


@bp.get("/open-data/latest/<file_format>")
@public(load=queries.newest_file)
def latest(item: ReleaseFile) -> AnyResponse:
    """Lead to the newest release's file of a format: an address for programs that stays."""
    return redirect(url_for("open_data.file", number=item.release.number, name=item.name), code=302)


@bp.get("/open-data/codebook")
@kept_for_visitors
@public()
def codebook_page() -> str:
    """What each table and column of a release means."""
    return render_template("open_data/codebook.html", tables=DESCRIBED, types=TYPES)


@bp.get("/open-data/codebook.csv")
@public()
def codebook_file() -> Response:
    """The codebook as a file, in the reader's language."""
    rows = list(codebook(current_language()))
    return as_download(rows, name=f"codebook.{current_language()}", file_format="csv")


@bp.get("/sitemap.xml")
@public()
def sitemap() -> Response:
    """The map of the maps of the site."""
    return Response(site_map.index(), content_type=XML)


@bp.get("/sitemaps/<name>-<int:number>.xml")
@public()
def sitemap_part(name: str, number: int) -> Response:
    """One part of the map of the site."""
    return Response("".join(site_map.part(name, number)), content_type=XML)


@bp.get("/robots.txt")
@public()
def robots() -> Response:
    """What programs that visit page after page should leave alone, and where the map is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in site_map.NOT_FOR_ROBOTS),
        f"Sitemap: {whole_address('/sitemap.xml')}",
    ]
    return Response("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
