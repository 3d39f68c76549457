"""The live process with the streams of the tests: database, folder, port (and Redis) are named on the command line."""

import sys
from pathlib import Path

from app import create_app
from app.live.server import run_live
from tests.conftest import settings_for
from tests.live import streams

settings = settings_for(sys.argv[1], Path(sys.argv[2]))
settings.LIVE_REDIS_URL = sys.argv[4] if len(sys.argv) > 4 else ""
streams.register()
run_live(create_app(settings), int(sys.argv[3]))
