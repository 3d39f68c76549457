"""The map of the Americas: shaded by number of mechanisms, or showing the members of one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.wording import in_reader_language
from app.directory.facts import Known
from app.directory.reference import DATA
from app.map.naming import link
from app.map.svg import Picture

STEPS = 4  # shades, beside that of none
LEGEND: tuple[float, float] = (24.0, 760.0)  # where it begins
