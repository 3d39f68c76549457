"""What people write in a form's cells, brought into the shapes of a draft: options, months, dates, amounts.

What is not understood stays as it was written: the draft keeps it, and its check says what is wrong.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from babel.dates import get_month_names

from app.core.localized import LANGUAGES
from app.core.texts import clean
from app.practices.word_shape import Options, bare

ALIKE = 0.7  # of two headings: from here on they are held to be the same
OPTION_ALIKE = 0.85
_CHECKED = "☒☑✓✔✅✗✘⊠■"
_UNCHECKED = "☐□▢❏❑○"
_BOX = re.compile(rf"^\s*(?:([{_CHECKED}]|[\[(]\s*[xX✓✔]\s*[\])])|([{_UNCHECKED}]|\[\s*\]|\(\s*\)))\s*")
_CROSS = re.compile(r"^\s*[xX]\s+(?=\S)|(?<=\S)\s+[xX]\s*$")
_LEAD = re.compile(r"^\s*(?:[-•·▪*–—]\s+)")
_CODE = re.compile(r"^([\w.]*\w)(?:[.):]|\s*[-–—:])?\s+(.*)$")


@lru_cache(4096)
def _grams(text: str) -> frozenset[str]:
    padded = f"  {text} "
    return frozenset(padded[place : place + 3] for place in range(len(padded) - 2))


def alike(first: str, second: str) -> float:
    """How much two texts, bare already, have in common: 0 to 1, by their runs of three letters."""
    if first == second:
        return 1.0
    if min(len(first), len(second)) * 2 < (ALIKE - 0.1) * (len(first) + len(second)):
        return 0.0
    one, two = _grams(first), _grams(second)
    return 2 * len(one & two) / (len(one) + len(two))


def option_in(text: str, options: Options) -> str | None:
    """Return the code of the option that a text names, by its code or by its title in any language."""
    wanted = bare(text)
    if not wanted:
        return None
    named = options.named
    if wanted in named:
        return named[wanted]
    if (led := _CODE.match(text.strip())) and (code := named.get(bare(led[1]))):
        titles = options.titles.get(code, {}).values()
        if any(alike(bare(led[2]), bare(title)) >= ALIKE for title in titles):
            return code
    best = max(named, key=lambda name: alike(wanted, name), default="")
    return named[best] if best and alike(wanted, best) >= OPTION_ALIKE else None


def options_in(text: str, options: Options) -> tuple[list[str], list[str]]:
    """Return the codes that a text chooses, and what it names that is no option.

    A line with an empty box is not chosen; one with a ticked box, or with none (written by hand), is.
    """
    codes: list[str] = []
    strange: list[str] = []
    for line in text.split("\n"):
        crossed = _CROSS.sub("", line)
        if crossed != line and (code := option_in(_BOX.sub("", crossed), options)):
            codes.append(code)
            continue
        box = _BOX.match(line)
        chosen = not (box and box[2])
        rest = _LEAD.sub("", line[box.end() :] if box else line).strip()
        parts = list(_parts(rest))
        named = [option_in(part, options) for part in parts]
        if bare(rest) not in options.named and len(parts) > 1 and any(named):
            strange += [part for part, code in zip(parts, named, strict=True) if code is None]
        else:
            named = [option_in(rest, options)]
            strange += [rest] if rest and named == [None] else []
        codes += [code for code in named if code and chosen]
    return list(dict.fromkeys(codes)), strange


def _parts(line: str) -> Iterator[str]:
    """What one line lists: parted by semicolons, else by commas."""
    parts = line.split(";") if ";" in line else line.split(",")
    return (part.strip() for part in parts if part.strip())


@cache
def _months() -> Mapping[str, int]:
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                found[bare(name)] = number
    return found


def date_in(text: str) -> str:
    """Return a month or day as YYYY-MM or YYYY-MM-DD; what is none, or could be two, as it is written."""
    text = clean(text, lines=False)
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    words = [word for word in bare(re.sub(r"\d+", " ", text)).split() if word not in ("de", "del", "of", "do")]
    years = [number for number in numbers if 1900 <= number <= 2200]
    if len(years) != 1:
        return text
    year, others = years[0], [number for number in numbers if number not in years]
    if len(words) == 1 and words[0] in _months() and len(others) <= 1:
        return _date(year, _months()[words[0]], others) or text
    if words or not others or len(others) > 2:
        return text
    if len(others) == 1:
        return _date(year, others[0], []) or text
    if numbers[0] == year:
        return _date(year, others[0], others[1:]) or text
    first, second = others
    if first > 12 or first == second:
        return _date(year, second, [first]) or text
    return (_date(year, first, [second]) if second > 12 else "") or text


def _date(year: int, month: int, days: list[int]) -> str:
    if not 1 <= month <= 12 or any(not 1 <= day <= 31 for day in days):
        return ""
    return "-".join([f"{year:04}", f"{month:02}", *(f"{day:02}" for day in days)])


def month_in(text: str) -> str:
    """Return a month as YYYY-MM, also where a day was written; else the text as it is."""
    found = date_in(text)
    return found[:7] if re.fullmatch(r"\d{4}-\d\d-\d\d", found) else found


def amount_in(text: str) -> tuple[str, str]:
    """Return figures with a point before decimals alone, and the currency that stands with them, if one does."""
    text = clean(text, lines=False)
    letters = re.findall(r"\b[A-Z]{3}\b", text)
    figures = re.sub(r"[A-Z]{3}|\s|['’]", "", text)
    if not re.fullmatch(r"\d[\d.,]*", figures):
        return text, ""
    whole, mark, decimals = figures.rpartition("," if figures.rfind(",") > figures.rfind(".") else ".")
    if mark and len(decimals) in (1, 2) and figures.count(mark) == 1:
        figures = f"{re.sub('[.,]', '', whole)}.{decimals}"
    elif re.fullmatch(r"\d{1,3}([.,]\d{3})*|\d+", figures):
        figures = re.sub("[.,]", "", figures)
    else:
        return text, ""
    return figures, letters[0] if len(letters) == 1 else ""
