from app.core.policies import public
from app.library import bp


@bp.get("/")
@public()
def home() -> str:
    return "home"


@bp.get("/sessions")
@public()
def meetings() -> str:
    return "meetings"


@bp.get("/sessions/<slug>")
@public()
def meeting(slug: str) -> str:
    return "meeting"


@bp.get("/practices")
@public()
def practices() -> str:
    return "practices"


@bp.get("/sessions/<slug>/practices")
@public()
def meeting_practices(slug: str) -> str:
    return "meeting_practices"


@bp.get("/practices/<slug>")
@public()
def practice(slug: str) -> str:
    return "practice"


@bp.get("/sessions/<slug>/presentations/<code>")
@public()
def presentation(slug: str, code: str) -> str:
    return "presentation"


@bp.get("/sessions/<slug>/summary")
@public()
def summary(slug: str) -> str:
    return "summary"


@bp.get("/mechanisms")
@public()
def mechanisms() -> str:
    return "mechanisms"


@bp.get("/mechanisms/<slug>")
@public()
def mechanism(slug: str) -> str:
    return "mechanism"


@bp.get("/states/<code>")
@public()
def state(code: str) -> str:
    return "state"


@bp.get("/search")
@public()
def search() -> str:
    return "search"
