"""The directory as files: for everybody to take, and for the secretariat to change by."""

from typing import Any

from flask import Response, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import sent
from app.core.pages import back_to
from app.core.policies import public, signed_in
from app.core.sheets import CSV_TYPE, XLSX_TYPE
from app.directory.exchange import TABLES
from app.directory.exchange_check import check
from app.directory.exchange_reading import Line, Plan
from app.directory.labels import TABLE_NAMES
from app.directory.policies import can_edit_facts
from app.documents.operations import clean_name, keep_file
from app.jobs.operations import queue_job
from app.map import bp
from app.map.exchange_files import table_as_csv, tables_in, workbook
from app.map.exchange_forms import FileForm, ImportForm
from app.map.jobs import IMPORT_JOB

SHOWN = 50  # of a table's rows that would change


def _table_named(actor: Actor, table: str) -> str:
    if table not in TABLES:
        raise NotFound
    return table


def _page(form: FileForm, *, status: int = 200, **more: Any) -> tuple[str, int]:
    page = render_template(
        "map/exchange.html",
        form=form,
        tables=[_described(name) for name in TABLES],
        may_import=can_edit_facts(current_user),
        **more,
    )
    return page, status


def _described(name: str) -> dict[str, Any]:
    """A table as the page describes it."""
    table = TABLES[name]
    label, about = TABLE_NAMES[name]
    needed = table.needed.split()
    return {
        "name": name,
        "label": label,
        "about": about,
        "fields": [(item.columns, item.name in needed, ", ".join(item.choices)) for item in table.fields.values()],
    }


def _done(plan: Plan, form: ImportForm | None) -> dict[str, Any]:
    """What the page shows of a plan without problems; `form` imports it."""
    return {
        "form_to_import": form,
        "added": sum(plan.added(name) for name in plan.lines),
        "changed": sum(plan.changed(name) for name in plan.lines),
        "outcome": [
            {
                "name": name,
                "label": TABLE_NAMES[name][0],
                "added": plan.added(name),
                "changed": plan.changed(name),
                "unchanged": plan.unchanged[name],
                "lines": [_line(name, line) for line in lines[:SHOWN]],
                "more": max(0, len(lines) - SHOWN),
            }
            for name, lines in plan.lines.items()
        ],
    }


def _line(name: str, line: Line) -> dict[str, Any]:
    """A row that would be added or changed: what it is about, and the columns that differ."""
    differing = [
        (column, line.held.row[column], text)
        for column, text in line.row.items()
        if line.held and line.held.row[column] != text
    ]
    about = [part for part in TABLES[name].key_of(line.row) if part]
    return {"number": line.number, "about": ", ".join(about), "differing": differing}


@bp.get("/map/data")
@public()
def exchange() -> Any:
    """What can be taken, and for the secretariat the form that checks a file."""
    return _page(FileForm())


@bp.get("/map/data.xlsx")
@public()
def export_workbook() -> Response:
    """The whole directory, a sheet for each table."""
    response = Response(workbook(), content_type=XLSX_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename="plenaria.xlsx")
    return response


@bp.get("/map/data/<table>.csv")
@public(load=_table_named)
def export_table(table: str) -> Response:
    """One table."""
    response = Response(table_as_csv(table), content_type=CSV_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=f"plenaria-{table}.csv")
    return response


@bp.post("/map/data")
@signed_in(can_edit_facts)
def check_file() -> Any:
    """Say what a file would do, or what is wrong with it; the directory stays as it is."""
    form = FileForm()
    try:
        if not form.validate_on_submit() or not form.file.data:
            raise Refusal(_l("Choose a file first."), field="file")
        upload = form.file.data
        kind, sheets = tables_in(upload.stream)
        plan = check(sheets)
    except Refusal as refusal:
        refusal.field = "file"
        form.refuse(refusal)
        return _page(form, status=refusal.status)
    if plan.problems:
        return _page(form, status=422, problems=plan.problems, cut=plan.cut)
    if not plan.does_something:
        return _page(form, **_done(plan, None))
    upload.stream.seek(0)
    file = keep_file(upload.stream, name=clean_name(upload.filename, kind), by=current_user)
    page = _page(form, **_done(plan, ImportForm.of(file.id, plan.fingerprint)))
    db.session.commit()
    return page


@bp.post("/map/data/import")
@signed_in(can_edit_facts)
def import_file() -> Any:
    """Have what was checked imported by a job, which does it only if it would still do the same."""
    file_id, fingerprint = sent(ImportForm()).what_was_checked()
    job_id = queue_job(
        IMPORT_JOB,
        key=f"{IMPORT_JOB}:{file_id}",
        payload={"file_id": file_id, "fingerprint": fingerprint, "user_id": current_user.id},
        by=current_user,
        page=url_for("map.exchange"),
    )
    db.session.commit()
    return back_to("jobs.job", job_id=job_id)
