"""scratch: print the table (needs a pytest run)."""
from tests.guards.test_access import *
from tests.guards.test_access import nothing_stays  # noqa

def test_make(app, client, personas, nothing_stays):
    world = make_world(personas)
    out=[]
    order={r.endpoint:i for i,r in enumerate(app.url_map.iter_rules())}
    for endpoint, method in sorted(routes(app)):
        rule = next(app.url_map.iter_rules(endpoint))
        whats = STATES if "practice_id" in rule.arguments or endpoint=="practices.attachment" else ("-",)
        for what in whats:
            row = Row(endpoint, method, what, ())
            url = address(app, row, world)
            try:
                ans = tuple(answer(client, url, row, getattr(personas, role)) for role in ROLES)
            except BaseException as e:
                print("FAULT", endpoint, method, what, repr(e)[:1500]); ans=("500",)*7
            out.append(str(Row(endpoint, method, what, ans)).rstrip())
    open("/tmp/access.out","w").write("\n".join(out)+"\n")
