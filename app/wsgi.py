"""The application for a WSGI server: `app.wsgi:app`. Refuses what `plenaria serve` refuses."""

import gc

from sqlalchemy.orm import configure_mappers

from app import create_app
from app.cli.serving import require_fit
from app.search.warming import begin_to_warm

app = create_app()
require_fit(app)
# What is loaded now stays: looking through it again and again for garbage took a third of the time of a page.
configure_mappers()
gc.collect()
gc.freeze()
begin_to_warm(app)
