"""How kinds, extents and events of the directory are called on screens."""

from flask_babel import lazy_gettext as _l

from app.directory.enums import (
    EventKind,
    Extent,
    GroupKind,
    MechanismKind,
    OrganizationKind,
    PartyKind,
    ProposalState,
    StatementSubject,
)

MECHANISM_KINDS = {
    MechanismKind.COMMITTEE: _l("Committee"),
    MechanismKind.CONSULTATIVE_PROCESS: _l("Consultative process"),
    MechanismKind.CONFERENCE: _l("Conference"),
    MechanismKind.FRAMEWORK: _l("Framework"),
    MechanismKind.DECLARATION: _l("Declaration"),
    MechanismKind.COMPACT: _l("Compact"),
    MechanismKind.AGENDA: _l("Agenda"),
    MechanismKind.PLATFORM: _l("Platform"),
    MechanismKind.NETWORK: _l("Network"),
    MechanismKind.COMMISSION: _l("Commission"),
    MechanismKind.FORUM: _l("Forum"),
    MechanismKind.INTER_AGENCY_GROUP: _l("Inter-agency group"),
    MechanismKind.INITIATIVE: _l("Initiative"),
    MechanismKind.INFORMATION_SYSTEM: _l("Information system"),
    MechanismKind.PROJECT: _l("Project"),
}
ORGANIZATION_KINDS = {
    OrganizationKind.AGENCY: _l("United Nations agency"),
    OrganizationKind.SPECIALIZED_AGENCY: _l("United Nations specialized agency"),
    OrganizationKind.FUND_OR_PROGRAMME: _l("United Nations fund or programme"),
    OrganizationKind.OFFICE: _l("United Nations office"),
    OrganizationKind.REGIONAL_COMMISSIONS: _l("United Nations regional commissions"),
    OrganizationKind.MANDATE_HOLDER: _l("United Nations mandate holder"),
    OrganizationKind.RELATED: _l("Related organization of the United Nations"),
    OrganizationKind.REGIONAL: _l("Regional organization"),
    OrganizationKind.FINANCIAL: _l("Financial institution"),
    OrganizationKind.DEPARTMENT: _l("Secretariat department"),
    OrganizationKind.RESEARCH: _l("Research institute"),
    OrganizationKind.OTHER: _l("Other organization"),
}
GROUP_KINDS = {
    GroupKind.WORKING_GROUP: _l("Working group"),
    GroupKind.TASK_FORCE: _l("Task force"),
    GroupKind.NETWORK: _l("Network"),
    GroupKind.SECTOR: _l("Sector"),
    GroupKind.AREA: _l("Area of work"),
    GroupKind.ORGAN: _l("Organ"),
    GroupKind.AXIS: _l("Axis"),
}
SUBJECTS = {
    StatementSubject.MEMBERS: _l("Members"),
    StatementSubject.GROUPS: _l("Working groups"),
    StatementSubject.SECRETARIAT: _l("Technical secretariat"),
    StatementSubject.PRESIDENCY: _l("Presidency"),
    StatementSubject.THEMES: _l("Themes"),
}
EXTENTS = {Extent.NONE: _l("None"), Extent.SOME: _l("Some"), Extent.STRONG: _l("Strong")}
EVENT_KINDS = {
    EventKind.FOUNDED: _l("Founded"),
    EventKind.MEETING: _l("Meeting"),
    EventKind.ADOPTED: _l("Adopted"),
    EventKind.PUBLISHED: _l("Published"),
    EventKind.ENDED: _l("Ended"),
}
PROPOSAL_STATES = {
    ProposalState.PROPOSED: _l("Proposed"),
    ProposalState.ACCEPTED: _l("Accepted"),
    ProposalState.REFUSED: _l("Refused"),
}
PROPOSAL_STATE_KINDS = {
    ProposalState.PROPOSED: "action",
    ProposalState.ACCEPTED: "done",
    ProposalState.REFUSED: "stopped",
}
# The tables of exchange: what each is called, and what is in it.
TABLE_NAMES = {
    "sources": (_l("Sources"), _l("The documents that facts come from.")),
    "parties": (_l("Parties"), _l("States, territories, organizations and mechanisms.")),
    "vocabularies": (_l("Vocabularies"), _l("Themes, objectives, issues and other terms.")),
    "aliases": (_l("Other names"), _l("What else sources call a mechanism.")),
    "statements": (_l("Statements"), _l("Which source speaks of what, or says nothing of it.")),
    "places": (_l("Places"), _l("Who is a member, is the technical secretariat or holds the presidency, with dates.")),
    "groups": (_l("Working groups"), _l("The groups, networks, sectors and areas that sources list.")),
    "tags": (_l("Themes"), _l("What mechanisms and their groups work on.")),
    "involvement": (
        _l("Involvement"),
        _l("How far each organization works on each issue, as printed and as corrected."),
    ),
    "events": (_l("Events"), _l("What was founded, met, adopted, published and ended.")),
}
# What stands above the parties of a kind in a list to choose from, in the order of the groups.
PARTY_GROUPS = {
    PartyKind.MECHANISM: _l("Mechanisms"),
    PartyKind.ORGANIZATION: _l("Organizations"),
    PartyKind.STATE: _l("States"),
    PartyKind.TERRITORY: _l("Territories"),
    PartyKind.CIVIL_SOCIETY: _l("Civil society"),
}
# The cells of parties and sources.
ENTRY_FIELDS = {
    "names": _l("Name"),
    "short_names": _l("Short name"),
    "reference_code": _l("Code in references"),
    "mechanism_kind": _l("Kind"),
    "organization_kind": _l("Kind"),
    "about": _l("What it is"),
    "mandate": _l("Mandate on migration"),
    "founded": _l("Founded"),
    "ended": _l("Ended"),
    "parent": _l("Belongs to"),
    "source": _l("Source"),
    "dates_source": _l("Source of the dates"),
    "mandate_source": _l("Source of the mandate"),
    "title": _l("Title"),
    "publisher": _l("Publisher"),
    "date": _l("Date"),
    "symbol": _l("Symbol"),
    "url": _l("Web address"),
}
