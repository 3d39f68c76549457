"""Kinds of parties, of what sources say about mechanisms, and of what happened."""

from enum import StrEnum


class PartyKind(StrEnum):
    STATE = "state"
    TERRITORY = "territory"
    ORGANIZATION = "organization"
    MECHANISM = "mechanism"
    CIVIL_SOCIETY = "civil_society"


class MechanismKind(StrEnum):
    """As the data files call them, in the order of lists."""

    COMMITTEE = "committee"
    CONSULTATIVE_PROCESS = "consultative process"
    CONFERENCE = "conference"
    FRAMEWORK = "framework"
    DECLARATION = "declaration"
    COMPACT = "compact"
    AGENDA = "agenda"
    PLATFORM = "platform"
    NETWORK = "network"
    COMMISSION = "commission"
    FORUM = "forum"
    INTER_AGENCY_GROUP = "inter-agency group"
    INITIATIVE = "initiative"
    INFORMATION_SYSTEM = "information system"
    PROJECT = "project"


class OrganizationKind(StrEnum):
    """As the data files call them, in the order of lists."""

    AGENCY = "united nations agency"
    SPECIALIZED_AGENCY = "united nations specialized agency"
    FUND_OR_PROGRAMME = "united nations fund or programme"
    OFFICE = "united nations office"
    REGIONAL_COMMISSIONS = "united nations regional commissions"
    MANDATE_HOLDER = "united nations mandate holder"
    RELATED = "related organization"
    REGIONAL = "regional organization"
    FINANCIAL = "financial institution"
    DEPARTMENT = "secretariat department"
    RESEARCH = "research institute"
    OTHER = "other"


class StatementSubject(StrEnum):
    MEMBERS = "members"
    GROUPS = "groups"
    SECRETARIAT = "secretariat"
    PRESIDENCY = "presidency"
    THEMES = "themes"


class GroupKind(StrEnum):
    WORKING_GROUP = "working group"
    TASK_FORCE = "task force"
    NETWORK = "network"
    SECTOR = "sector"
    AREA = "area"
    ORGAN = "organ"
    AXIS = "axis"


class Extent(StrEnum):
    """How far an organization works on an issue, as the table of the SACM paper marks it."""

    NONE = "none"
    SOME = "some"
    STRONG = "strong"


class EventKind(StrEnum):
    FOUNDED = "founded"
    MEETING = "meeting"
    ADOPTED = "adopted"
    PUBLISHED = "published"
    ENDED = "ended"


class ProposalState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
