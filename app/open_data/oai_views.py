"""The harvesters' door: one address for all verbs, by GET and POST."""

from flask import Response, request

from app.core.policies import public
from app.open_data import bp
from app.open_data.oai import ProtocolError, asked
from app.open_data.oai_xml import answer, error_answer

XML = "text/xml; charset=utf-8"


@bp.route("/oai", methods=["GET", "POST"])
@public()
def oai() -> Response:
    """Answer a harvester. Errors of the protocol are answers too, and no errors of HTTP [3.1.2.2, 3.6]."""
    pairs = [*request.args.items(multi=True), *request.form.items(multi=True)]
    try:
        understood = asked(pairs)
    except ProtocolError as error:
        return Response(error_answer(error, dict(pairs)), content_type=XML)
    try:
        made = answer(understood)
    except ProtocolError as error:
        made = error_answer(error, {"verb": understood.verb, **understood.arguments})
    return Response(made, content_type=XML)
