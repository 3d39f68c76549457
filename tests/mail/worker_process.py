"""A worker on the database, folder and SMTP port named on the command line."""

import sys
from pathlib import Path

from app import create_app
from app.jobs.worker import run_worker
from tests.conftest import settings_for

url, folder, port = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
settings = settings_for(url, folder)
settings.MAIL_TRANSPORT = "smtp"
settings.SMTP_PORT = port
sys.exit(0 if run_worker(create_app(settings)) else 1)
