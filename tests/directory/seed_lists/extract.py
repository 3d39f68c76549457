"""Take the lists beside this file out of the seed documents: `python extract.py FOLDER_OF_THE_SEEDS`.

The seeds are not part of the repository. Only lists are taken: names, numbers, rows of a table; no sentences.
The patterns name no more of a sentence than finds the list in it.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
NOTE = "oas-technical-note-regional-migration-governance-2023.txt"
SACM = "sacm-migration-in-the-international-system-2014.txt"
CAM = "cam-concept-paper-2023.txt"
IOM = "iom-progress-international-governance-2017.txt"
SACM_TITLE = (
    "XIV South American Conference on Migration, Lima, 16 and 17 October 2014: Migration in the International System,"
)
DECORATION = ("MAPPING REGIONAL MECHANISMS", "OAS | More rights", "for more people")

# Source, section, what the document calls it, and where its list stands: each group of the pattern is part of it.
PROSE_LISTS = [
    (SACM, "2", "Geneva Migration Group", r"Geneva Migration Group was constituted,.*?made up by ([^.]+)\."),
    (SACM, "3, UNICEF", "tripartite working group", r"Jointly with (UNHCR[^,]+, UNICEF) has constituted"),
    (SACM, "3, UNITAR", "Course on International Migration Law", r"(UNITAR) began to organize.*?also with (IOM), it"),
    (SACM, "3, footnote 50", "ACP Observatory", r"The Observatory is led by (\w+) with the support of ([^.]+)\."),
    (SACM, "3, IFAD", "Postal Financial Services in Africa", r"In 2013, the (\w+), along with the ([^,]+), launched"),
    (SACM, "3, UPU", "pilot project in West Africa", r"In 2008, in association with ([^,]+, UPU) implemented"),
    (SACM, "3, UN Regional Commissions", "Strengthening national capacities to manage migration",
     r"the (Regional Commissions) developed with (\w+) a project"),
    (SACM, "3, UNESCO", "free mobility of persons", r"in 2008 (\w+) initiated with the (United Nations \w+) a"),
    (SACM, "4, IOM", "Displacement Tracking Matrix", r"Some (\w+) actions.*?Jointly with the (\w+) and as a result"),
    (SACM, "4, OAS", "SICREMI", r"was established as a (OAS[^.]*?) joint effort"),
]  # fmt: skip
COUNTS = [
    (SACM, "3, GMG", "Global Migration Group", r"GMG is composed of (\d+) organizations"),
    (SACM, "3, UNPD", "United Nations Development Group", r"\(UNDG\).*?comprises (\d+) agencies"),
    (SACM, "3, ILO", "Cinterfor", r"\(Cinterfor\).*?a network of (\d+) public"),
    (CAM, "paragraph on the GMG", "Global Migration Group", r"made up of the IOM and (\d+ other) entities"),
    (CAM, "paragraph on RIAM", "RIAM", r"\(RIAM\).*?\((\d+) member states\)"),
    (IOM, "paragraph on the Declaration", "New York Declaration", r"In this Declaration, (\d+) Heads of State"),
]


def found(pattern: str, text: str) -> list[str]:
    match = re.search(pattern, text)
    if match is None:
        raise SystemExit(f"not found: {pattern}")
    return [" ".join(group.split()) for group in match.groups()]


def write(name: str, head: list[str], lines: list[str]) -> None:
    (HERE / name).write_text("\n".join([*(f"# {line}" for line in head), *lines]) + "\n", encoding="utf-8")


def technical_note(text: str) -> None:
    lines = text.splitlines()
    first, last = lines.index("Committee on Migration Issues (CAM)"), lines.index("OIM - ACNUR")
    kept = [line.strip() for line in lines[first : last + 1]]
    write(
        "technical_note.txt",
        [
            "OAS, Department of Social Inclusion, Technical Note: Regional Migration Governance in the Americas,",
            "April 2023 (OEA/Ser.D/XXVI.50), section 4, the map of mechanisms: their lists, line by line as printed.",
        ],
        [line for line in kept if line and line not in DECORATION],
    )


def involvement(text: str) -> None:
    table = [line for line in text.splitlines() if line.count("\t") == 26]
    heads = next(index for index, line in enumerate(table) if line.split("\t")[1].strip() == "UNHCR")
    write(
        "involvement.tsv",
        [
            SACM_TITLE,
            "section 6 Annexes: the table of involvement as printed, its heads, then its rows.",
        ],
        table[heads:],
    )


def gmg(text: str) -> None:
    # The list runs over the foot of a page, whose footnote 51 stands within it.
    [members] = found(r"GMG is composed of \d+ organizations: ((?s:.+?))\.\n", re.sub(r"\n\n⁵¹ .*\n\n", " ", text))
    [groups, forces] = found(r"It has three working groups: (.+?)\. In 2012, (.+?)\.\n", text)
    chaired = r"(?:one for|a second on|a third on|a task force was created to|other on) (.+?), co-chaired by ([^;.]+)"
    write(
        "gmg.txt",
        [
            SACM_TITLE,
            "section 3, GMG: members, groups and who co-chairs them, as printed.",
        ],
        [
            "Members:",
            *re.split(r",+ (?!Science|Social)(?=United|Inter|the )|(?<=\)),? and (?=World)|, (?=World)", members),
            "Working groups:",
            *(f"{name}: {chairs.rstrip(', and')}" for name, chairs in re.findall(chaired, groups)),
            "Task forces:",
            *(f"{name}: {chairs}" for name, chairs in re.findall(chaired.replace("[^;.]+", r".+?)(?:, and|$"), forces)),
        ],
    )


def gfmd(text: str) -> None:
    [first, city, others, coming] = found(
        r"(hosted by Brussels in 2007).*?successive meetings in (Manila \(2008\)), (.+?)\. .*?held in (Turkey in 2015)",
        text,
    )
    meetings = [first.removeprefix("hosted by ").replace(" in ", "\t"), coming.replace(" in ", "\t") + "\tforeseen"]
    meetings[1:1] = [
        f"{place}\t{year}" for place, year in re.findall(r"(?:^|, | and )([^()]+?) \((\d{4})\)", f"{city}, {others}")
    ]
    [month] = found(r"7th Global Forum on Migration and Development \((\w+ 2014)\)", text)
    organs = found(
        r"World Forum consists of a (.+?) \(.*?, a (\w+) \(.*?, a (.+?) comprising .*? of (Friends .+?) opened .*?"
        r"A small (.+?) provides .*? the (national .+?) link ",
        text,
    )
    write(
        "gfmd.txt",
        [
            SACM_TITLE,
            "section 2 (month of the seventh meeting: section 3, footnote 55): the Global Forum.",
        ],
        ["Meetings:", *meetings, "Month of the seventh:", month, "Structure:", *organs],
    )


def others(texts: dict[str, str]) -> None:
    keys = {SACM: "SACM", CAM: "CAM", IOM: "IOM"}
    [axes] = found(r"around 4 main axes: (1\. .+?)\.\[", texts[CAM])
    write(
        "other_lists.txt",
        [
            "Lists and numbers of members, and axes, that seeds give within their text: document, section, name, list.",
            "SACM: reference document of the XIV South American Conference on Migration, 2014. CAM: concept paper of",
            "the annual session of the CAM, 9 May 2023. IOM: article of Laura Thompson, December 2017.",
        ],
        [
            "Members:",
            *(
                "\t".join([keys[file], part, name, ", ".join(found(p, texts[file]))])
                for file, part, name, p in PROSE_LISTS
            ),
            "Numbers of members:",
            *("\t".join([keys[file], part, name, *found(p, texts[file])]) for file, part, name, p in COUNTS),
            "Axes of the Los Angeles Declaration (CAM):",
            *re.split(r"; (?:and )?(?=\d\.)", axes),
        ],
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    seeds = {name: (folder / name).read_text(encoding="utf-8") for name in (NOTE, SACM, CAM, IOM)}
    technical_note(seeds[NOTE])
    involvement(seeds[SACM])
    gmg(seeds[SACM])
    gfmd(seeds[SACM])
    others(seeds)
