"""A worker on the database and folder (and the Redis) named on the command line; its jobs write into that folder.

"test.slow" writes "started" and takes for ever the first time; "test.quick" writes its name.
"""

import sys
import time
from pathlib import Path

from app import create_app
from app.jobs.registry import handles
from app.jobs.worker import run_worker
from tests.conftest import settings_for

url, folder = sys.argv[1], Path(sys.argv[2])
redis_url = sys.argv[3] if len(sys.argv) > 3 else ""


@handles("test.slow")
def slow(payload: dict) -> None:
    tries = folder / "tries"
    with tries.open("a") as file:
        file.write("x")
    if len(tries.read_text()) == 1:
        time.sleep(60)
    (folder / "finished").touch()


@handles("test.quick")
def quick(payload: dict) -> None:
    time.sleep(payload.get("seconds", 0))
    (folder / payload["name"]).touch()


settings = settings_for(url, folder)
settings.JOBS_REDIS_URL = redis_url
app = create_app(settings)
(folder / "ready").touch()
sys.exit(0 if run_worker(app) else 1)
