"""The application for a WSGI server: `app.wsgi:app`. Refuses what `plenaria serve` refuses."""

from app import create_app
from app.cli.serving import require_fit

app = create_app()
require_fit(app)
