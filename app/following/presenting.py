"""The line by which pages offer to follow what they are about."""

from flask import request, url_for

from app.following.enums import FollowKind
from app.following.targets import as_query, asked_for

FEEDS = {
    FollowKind.SEARCH: "following.search_feed",
    FollowKind.STATE: "following.state_feed",
    FollowKind.THEME: "following.theme_feed",
    FollowKind.SESSION: "following.session_feed",
    FollowKind.MECHANISM: "following.mechanism_feed",
}


def follow_line(kind: str, target: str | None = None) -> dict[str, str]:
    """The addresses that the component `follow` needs: where one begins to follow, and the public feed.

    Without a target it is the search of this very page.
    """
    of = FollowKind(kind)
    if target is None:
        target = as_query(asked_for(request.query_string.decode("latin-1")))
    if of is FollowKind.SEARCH:
        feed = url_for(FEEDS[of]) + (f"?{target}" if target else "")
    else:
        feed = url_for(FEEDS[of], name=target)
    return {"follow": url_for("following.begin", kind=of.value, target=target), "feed": feed}
