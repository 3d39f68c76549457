"""How an address of the API is declared, and how a list becomes a page of it."""

from collections.abc import Callable, Sequence
from typing import Any

from app.api import bp, schemas
from app.api.negotiation import answered_in_language, problems, require_json
from app.core.paging import Page
from app.core.policies import public

bp.before_request(require_json)

Shape = dict[str, Any]


def address(path: str, gives: Any, takes: type[schemas.Asked], load: Any = None) -> Callable[[Any], Any]:
    """Declare a view: public, its parameters, its language, its answer and its errors."""

    def declare(view: Any) -> Any:
        errors: Any = problems(400, 406, 422, *((404, 410) if load else ()))
        view = bp.doc(responses=errors)(bp.output(gives)(view))
        view = bp.input(takes, location="query", arg_name="asked")(answered_in_language(view))
        return bp.get(path)(public(load=load)(view))

    return declare


def page_of(page: Page[Any], items: Sequence[Shape]) -> Shape:
    """Return one page as the API gives it."""
    return {"items": items, "total": page.total, "page": page.page, "per_page": page.per_page}


def cut(rows: Sequence[Any], asked: schemas.AskedPage) -> Page[Any]:
    """Return one page of what is few enough to be read whole."""
    first = (asked.page - 1) * asked.per_page
    return Page(list(rows[first : first + asked.per_page]), len(rows), asked.page, asked.per_page)
