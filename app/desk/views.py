from app.core.policies import anyone, is_staff, signed_in
from app.desk import bp


@bp.get("/")
@signed_in(anyone)
def home() -> str:
    return "home"


@bp.get("/<slug>")
@signed_in(is_staff)
def meeting(slug: str) -> str:
    return slug
