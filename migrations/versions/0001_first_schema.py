"""first schema

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

ENUMS = (
    "agenda_item_kind",
    "audience",
    "delegation_role",
    "job_state",
    "late_rule",
    "link_purpose",
    "mail_state",
    "meeting_mode",
    "meeting_stage",
    "party_kind",
    "practice_state",
    "presentation_state",
    "publication_format",
    "question_audience",
    "review_decision",
    "standing",
    "statement_subject",
)


def upgrade() -> None:
    op.create_table('jobs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('payload', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('state', sa.Enum('queued', 'running', 'done', 'failed', name='job_state', create_constraint=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('run_after', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs')),
    sa.UniqueConstraint('key', name=op.f('uq_jobs_key'))
    )
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.create_index('ix_jobs_state_run_after', ['state', 'run_after'], unique=False)

    op.create_table('parties',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('state', 'territory', 'organization', 'mechanism', name='party_kind', create_constraint=True), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('names', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('short_names', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('reference_code', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parties')),
    sa.UniqueConstraint('code', name=op.f('uq_parties_code'))
    )
    op.create_table('search_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('audience', sa.Enum('public', 'member_states', 'restricted', name='audience', create_constraint=True), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=True),
    sa.Column('meeting_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('context', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('path', sa.String(length=400), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entries')),
    sa.UniqueConstraint('kind', 'key', 'language', name=op.f('uq_search_entries_kind_key_language'))
    )
    with op.batch_alter_table('search_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_entries_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('sign_in_attempts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject_hash', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempts'))
    )
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_attempts_subject_at', ['subject_hash', 'at'], unique=False)

    op.create_table('sources',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('publisher', sa.String(length=200), nullable=False),
    sa.Column('date', sa.String(length=10), nullable=False),
    sa.Column('symbol', sa.String(length=80), nullable=True),
    sa.Column('url', sa.String(length=400), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sources')),
    sa.UniqueConstraint('key', name=op.f('uq_sources_key'))
    )
    op.create_table('mechanisms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('mechanism_kind', sa.String(length=60), nullable=False),
    sa.Column('about', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('founded', sa.String(length=10), nullable=True),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['parties.id'], name=op.f('fk_mechanisms_id_parties')),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_mechanisms_source_id_sources')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mechanisms')),
    sa.UniqueConstraint('slug', name=op.f('uq_mechanisms_slug'))
    )
    with op.batch_alter_table('mechanisms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mechanisms_source_id'), ['source_id'], unique=False)

    op.create_table('organizations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_kind', sa.String(length=60), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['parties.id'], name=op.f('fk_organizations_id_parties')),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_organizations_source_id_sources')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organizations'))
    )
    with op.batch_alter_table('organizations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organizations_source_id'), ['source_id'], unique=False)

    op.create_table('users',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('standing', sa.Enum('administrator', 'secretariat', 'member', name='standing', create_constraint=True), nullable=False),
    sa.Column('party_id', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('sign_in_key', sa.String(length=64), nullable=False),
    sa.Column('demonstration', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_users_party_id_parties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('email', name=op.f('uq_users_email'))
    )
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_users_party_id'), ['party_id'], unique=False)

    op.create_table('vocabulary_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vocabulary', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_vocabulary_items_source_id_sources')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vocabulary_items')),
    sa.UniqueConstraint('vocabulary', 'code', name=op.f('uq_vocabulary_items_vocabulary_code'))
    )
    with op.batch_alter_table('vocabulary_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vocabulary_items_source_id'), ['source_id'], unique=False)

    op.create_table('account_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.Enum('set_up', 'sign_in', name='link_purpose', create_constraint=True), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_account_links_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_account_links_token_hash'))
    )
    with op.batch_alter_table('account_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_links_user_id'), ['user_id'], unique=False)

    op.create_table('aliases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mechanism_id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('names', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.ForeignKeyConstraint(['mechanism_id'], ['mechanisms.id'], name=op.f('fk_aliases_mechanism_id_mechanisms')),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_aliases_source_id_sources')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_aliases'))
    )
    with op.batch_alter_table('aliases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_aliases_mechanism_id'), ['mechanism_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_aliases_source_id'), ['source_id'], unique=False)

    op.create_table('audit_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=True),
    sa.Column('changes', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_audit_events_actor_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_events'))
    )
    with op.batch_alter_table('audit_events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_events_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_events_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index('ix_audit_events_subject', ['subject_kind', 'subject_id'], unique=False)

    op.create_table('mails',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message', sa.String(length=80), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('to_address', sa.String(length=320), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'sent', 'failed', name='mail_state', create_constraint=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_mails_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mails')),
    sa.UniqueConstraint('message_id', name=op.f('uq_mails_message_id'))
    )
    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mails_user_id'), ['user_id'], unique=False)

    op.create_table('meetings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('mechanism_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('theme', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('mandate_resolution', sa.String(length=120), nullable=False),
    sa.Column('mandate_paragraph', sa.String(length=40), nullable=False),
    sa.Column('mandate_text', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('place', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('mode', sa.Enum('in_person', 'hybrid', 'virtual', name='meeting_mode', create_constraint=True), nullable=False),
    sa.Column('languages', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('chair', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('distribution', sa.Enum('public', 'member_states', 'restricted', name='audience', create_constraint=True), nullable=False),
    sa.Column('stage', sa.Enum('preparing', 'call_open', 'in_session', 'consolidating', 'published', name='meeting_stage', create_constraint=True), nullable=False),
    sa.Column('note', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_meetings_ends_after_start')),
    sa.ForeignKeyConstraint(['mechanism_id'], ['mechanisms.id'], name=op.f('fk_meetings_mechanism_id_mechanisms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meetings')),
    sa.UniqueConstraint('mechanism_id', 'code', name=op.f('uq_meetings_mechanism_id_code')),
    sa.UniqueConstraint('slug', name=op.f('uq_meetings_slug'))
    )
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meetings_mechanism_id'), ['mechanism_id'], unique=False)

    op.create_table('statements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mechanism_id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.Enum('members', 'groups', 'secretariat', name='statement_subject', create_constraint=True), nullable=False),
    sa.Column('stated', sa.Boolean(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=True),
    sa.Column('label', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.CheckConstraint('count IS NULL OR count >= 0', name=op.f('ck_statements_count_not_negative')),
    sa.ForeignKeyConstraint(['mechanism_id'], ['mechanisms.id'], name=op.f('fk_statements_mechanism_id_mechanisms')),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_statements_source_id_sources')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statements')),
    sa.UniqueConstraint('mechanism_id', 'subject', 'source_id', name=op.f('uq_statements_mechanism_id_subject_source_id'))
    )
    with op.batch_alter_table('statements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statements_source_id'), ['source_id'], unique=False)

    op.create_table('stored_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=120), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_stored_files_created_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_files'))
    )
    with op.batch_alter_table('stored_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stored_files_created_by_id'), ['created_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stored_files_sha256'), ['sha256'], unique=False)

    op.create_table('agenda_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('opening', 'rapporteur', 'panel', 'dialogue', 'break', 'other', 'closing', name='agenda_item_kind', create_constraint=True), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('description', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('day >= 1', name=op.f('ck_agenda_items_day_from_one')),
    sa.CheckConstraint('minutes >= 0', name=op.f('ck_agenda_items_minutes_not_negative')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_agenda_items_meeting_id_meetings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_items'))
    )
    with op.batch_alter_table('agenda_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_items_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('calls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('text', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('late_rule', sa.Enum('refuse', name='late_rule', create_constraint=True), nullable=False),
    sa.Column('template', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('closes_at > opens_at', name=op.f('ck_calls_closes_after_opening')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_calls_meeting_id_meetings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calls')),
    sa.UniqueConstraint('meeting_id', name=op.f('uq_calls_meeting_id'))
    )
    op.create_table('delegations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('party_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_delegations_meeting_id_meetings')),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_delegations_party_id_parties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegations')),
    sa.UniqueConstraint('meeting_id', 'party_id', name=op.f('uq_delegations_meeting_id_party_id'))
    )
    with op.batch_alter_table('delegations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delegations_party_id'), ['party_id'], unique=False)

    op.create_table('guiding_questions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('audience', sa.Enum('mechanisms', 'states', 'both', name='question_audience', create_constraint=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('number >= 1', name=op.f('ck_guiding_questions_number_from_one')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_guiding_questions_meeting_id_meetings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guiding_questions')),
    sa.UniqueConstraint('meeting_id', 'number', name=op.f('uq_guiding_questions_meeting_id_number'))
    )
    with op.batch_alter_table('guiding_questions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guiding_questions_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('memberships',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('party_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_memberships_party_id_parties')),
    sa.ForeignKeyConstraint(['statement_id'], ['statements.id'], name=op.f('fk_memberships_statement_id_statements')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_memberships')),
    sa.UniqueConstraint('statement_id', 'party_id', name=op.f('uq_memberships_statement_id_party_id'))
    )
    with op.batch_alter_table('memberships', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_memberships_party_id'), ['party_id'], unique=False)

    op.create_table('summaries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('symbol', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_summaries_meeting_id_meetings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_summaries')),
    sa.UniqueConstraint('meeting_id', name=op.f('uq_summaries_meeting_id'))
    )
    op.create_table('working_groups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('names', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('pillar', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['statements.id'], name=op.f('fk_working_groups_statement_id_statements')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_working_groups')),
    sa.UniqueConstraint('statement_id', 'number', name=op.f('uq_working_groups_statement_id_number'))
    )
    op.create_table('delegation_members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delegation_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('head', 'focal_point', 'drafter', 'observer', name='delegation_role', create_constraint=True), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_delegation_members_delegation_id_delegations')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_delegation_members_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation_members')),
    sa.UniqueConstraint('delegation_id', 'user_id', name=op.f('uq_delegation_members_delegation_id_user_id'))
    )
    with op.batch_alter_table('delegation_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delegation_members_user_id'), ['user_id'], unique=False)

    op.create_table('extensions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('delegation_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('granted_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_extensions_call_id_calls')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_extensions_delegation_id_delegations')),
    sa.ForeignKeyConstraint(['granted_by_id'], ['users.id'], name=op.f('fk_extensions_granted_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extensions')),
    sa.UniqueConstraint('call_id', 'delegation_id', name=op.f('uq_extensions_call_id_delegation_id'))
    )
    with op.batch_alter_table('extensions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_extensions_delegation_id'), ['delegation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_extensions_granted_by_id'), ['granted_by_id'], unique=False)

    op.create_table('practices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('delegation_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'returned', 'accepted', 'published', 'withdrawn', name='practice_state', create_constraint=True), nullable=False),
    sa.Column('reference', sa.String(length=80), nullable=True),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('consent', sa.Enum('public', 'member_states', 'restricted', name='audience', create_constraint=True), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('public_sources', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name=op.f('ck_practices_published_has_moment')),
    sa.CheckConstraint("state IN ('draft', 'withdrawn') OR reference IS NOT NULL", name=op.f('ck_practices_submitted_has_reference')),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_practices_call_id_calls')),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_practices_created_by_id_users')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_practices_delegation_id_delegations')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_practices_meeting_id_meetings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_practices')),
    sa.UniqueConstraint('reference', name=op.f('uq_practices_reference'))
    )
    with op.batch_alter_table('practices', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_practices_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_practices_created_by_id'), ['created_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_practices_delegation_id'), ['delegation_id'], unique=False)
        batch_op.create_index('ix_practices_meeting_state', ['meeting_id', 'state'], unique=False)

    op.create_table('presentations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('delegation_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'filed', 'withdrawn', name='presentation_state', create_constraint=True), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('consent', sa.Enum('public', 'member_states', 'restricted', name='audience', create_constraint=True), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('public_sources', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_presentations_delegation_id_delegations')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_presentations_meeting_id_meetings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presentations')),
    sa.UniqueConstraint('delegation_id', name=op.f('uq_presentations_delegation_id'))
    )
    with op.batch_alter_table('presentations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presentations_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('publications',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('summary_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['published_by_id'], ['users.id'], name=op.f('fk_publications_published_by_id_users')),
    sa.ForeignKeyConstraint(['summary_id'], ['summaries.id'], name=op.f('fk_publications_summary_id_summaries')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publications')),
    sa.UniqueConstraint('summary_id', 'number', name=op.f('uq_publications_summary_id_number'))
    )
    with op.batch_alter_table('publications', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publications_published_by_id'), ['published_by_id'], unique=False)

    op.create_table('summary_sections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('summary_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['summary_id'], ['summaries.id'], name=op.f('fk_summary_sections_summary_id_summaries')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_summary_sections'))
    )
    with op.batch_alter_table('summary_sections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_summary_sections_summary_id'), ['summary_id'], unique=False)

    op.create_table('practice_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_files.id'], name=op.f('fk_practice_files_file_id_stored_files')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_practice_files_practice_id_practices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_practice_files'))
    )
    with op.batch_alter_table('practice_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_practice_files_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_practice_files_practice_id'), ['practice_id'], unique=False)

    op.create_table('practice_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_practice_versions_practice_id_practices')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['users.id'], name=op.f('fk_practice_versions_submitted_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_practice_versions')),
    sa.UniqueConstraint('practice_id', 'number', name=op.f('uq_practice_versions_practice_id_number'))
    )
    with op.batch_alter_table('practice_versions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_practice_versions_submitted_by_id'), ['submitted_by_id'], unique=False)

    op.create_table('presentation_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('presentation_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_files.id'], name=op.f('fk_presentation_files_file_id_stored_files')),
    sa.ForeignKeyConstraint(['presentation_id'], ['presentations.id'], name=op.f('fk_presentation_files_presentation_id_presentations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presentation_files'))
    )
    with op.batch_alter_table('presentation_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presentation_files_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_presentation_files_presentation_id'), ['presentation_id'], unique=False)

    op.create_table('presentation_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('presentation_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('filed_by_id', sa.Integer(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['filed_by_id'], ['users.id'], name=op.f('fk_presentation_versions_filed_by_id_users')),
    sa.ForeignKeyConstraint(['presentation_id'], ['presentations.id'], name=op.f('fk_presentation_versions_presentation_id_presentations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presentation_versions')),
    sa.UniqueConstraint('presentation_id', 'number', name=op.f('uq_presentation_versions_presentation_id_number'))
    )
    with op.batch_alter_table('presentation_versions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presentation_versions_filed_by_id'), ['filed_by_id'], unique=False)

    op.create_table('publication_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('publication_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('format', sa.Enum('pdf', 'docx', name='publication_format', create_constraint=True), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('hidden_sources', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_files.id'], name=op.f('fk_publication_files_file_id_stored_files')),
    sa.ForeignKeyConstraint(['publication_id'], ['publications.id'], name=op.f('fk_publication_files_publication_id_publications')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication_files')),
    sa.UniqueConstraint('publication_id', 'language', 'format', name=op.f('uq_publication_files_publication_id_language_format'))
    )
    with op.batch_alter_table('publication_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publication_files_file_id'), ['file_id'], unique=False)

    op.create_table('summary_paragraphs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('section_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['section_id'], ['summary_sections.id'], name=op.f('fk_summary_paragraphs_section_id_summary_sections')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_summary_paragraphs'))
    )
    with op.batch_alter_table('summary_paragraphs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_summary_paragraphs_section_id'), ['section_id'], unique=False)

    op.create_table('citations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('paragraph_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('field', sa.String(length=60), nullable=False),
    sa.Column('start_offset', sa.Integer(), nullable=False),
    sa.Column('end_offset', sa.Integer(), nullable=False),
    sa.Column('quote', sa.Text(), nullable=False),
    sa.Column('practice_version_id', sa.Integer(), nullable=True),
    sa.Column('presentation_version_id', sa.Integer(), nullable=True),
    sa.Column('delegation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(practice_version_id IS NULL) <> (presentation_version_id IS NULL)', name=op.f('ck_citations_one_source')),
    sa.CheckConstraint('start_offset >= 0 AND end_offset > start_offset', name=op.f('ck_citations_offsets_in_order')),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_citations_created_by_id_users')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_citations_delegation_id_delegations')),
    sa.ForeignKeyConstraint(['paragraph_id'], ['summary_paragraphs.id'], name=op.f('fk_citations_paragraph_id_summary_paragraphs')),
    sa.ForeignKeyConstraint(['practice_version_id'], ['practice_versions.id'], name=op.f('fk_citations_practice_version_id_practice_versions')),
    sa.ForeignKeyConstraint(['presentation_version_id'], ['presentation_versions.id'], name=op.f('fk_citations_presentation_version_id_presentation_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_citations'))
    )
    with op.batch_alter_table('citations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_citations_created_by_id'), ['created_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_citations_delegation_id'), ['delegation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_citations_paragraph_id'), ['paragraph_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_citations_practice_version_id'), ['practice_version_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_citations_presentation_version_id'), ['presentation_version_id'], unique=False)

    op.create_table('reviews',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('practice_version_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.Enum('accept', 'return', name='review_decision', create_constraint=True), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("decision <> 'return' OR comment <> ''", name=op.f('ck_reviews_return_says_why')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_reviews_by_id_users')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_reviews_practice_id_practices')),
    sa.ForeignKeyConstraint(['practice_version_id'], ['practice_versions.id'], name=op.f('fk_reviews_practice_version_id_practice_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reviews'))
    )
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reviews_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reviews_practice_id'), ['practice_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reviews_practice_version_id'), ['practice_version_id'], unique=False)

    op.create_table('set_asides',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('summary_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('field', sa.String(length=60), nullable=False),
    sa.Column('start_offset', sa.Integer(), nullable=False),
    sa.Column('end_offset', sa.Integer(), nullable=False),
    sa.Column('quote', sa.Text(), nullable=False),
    sa.Column('practice_version_id', sa.Integer(), nullable=True),
    sa.Column('presentation_version_id', sa.Integer(), nullable=True),
    sa.Column('delegation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(practice_version_id IS NULL) <> (presentation_version_id IS NULL)', name=op.f('ck_set_asides_one_source')),
    sa.CheckConstraint('start_offset >= 0 AND end_offset > start_offset', name=op.f('ck_set_asides_offsets_in_order')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_set_asides_by_id_users')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_set_asides_delegation_id_delegations')),
    sa.ForeignKeyConstraint(['practice_version_id'], ['practice_versions.id'], name=op.f('fk_set_asides_practice_version_id_practice_versions')),
    sa.ForeignKeyConstraint(['presentation_version_id'], ['presentation_versions.id'], name=op.f('fk_set_asides_presentation_version_id_presentation_versions')),
    sa.ForeignKeyConstraint(['summary_id'], ['summaries.id'], name=op.f('fk_set_asides_summary_id_summaries')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_set_asides'))
    )
    with op.batch_alter_table('set_asides', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_set_asides_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_set_asides_delegation_id'), ['delegation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_set_asides_practice_version_id'), ['practice_version_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_set_asides_presentation_version_id'), ['presentation_version_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_set_asides_summary_id'), ['summary_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('set_asides', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_set_asides_summary_id'))
        batch_op.drop_index(batch_op.f('ix_set_asides_presentation_version_id'))
        batch_op.drop_index(batch_op.f('ix_set_asides_practice_version_id'))
        batch_op.drop_index(batch_op.f('ix_set_asides_delegation_id'))
        batch_op.drop_index(batch_op.f('ix_set_asides_by_id'))

    op.drop_table('set_asides')
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reviews_practice_version_id'))
        batch_op.drop_index(batch_op.f('ix_reviews_practice_id'))
        batch_op.drop_index(batch_op.f('ix_reviews_by_id'))

    op.drop_table('reviews')
    with op.batch_alter_table('citations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_citations_presentation_version_id'))
        batch_op.drop_index(batch_op.f('ix_citations_practice_version_id'))
        batch_op.drop_index(batch_op.f('ix_citations_paragraph_id'))
        batch_op.drop_index(batch_op.f('ix_citations_delegation_id'))
        batch_op.drop_index(batch_op.f('ix_citations_created_by_id'))

    op.drop_table('citations')
    with op.batch_alter_table('summary_paragraphs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_summary_paragraphs_section_id'))

    op.drop_table('summary_paragraphs')
    with op.batch_alter_table('publication_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_publication_files_file_id'))

    op.drop_table('publication_files')
    with op.batch_alter_table('presentation_versions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presentation_versions_filed_by_id'))

    op.drop_table('presentation_versions')
    with op.batch_alter_table('presentation_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presentation_files_presentation_id'))
        batch_op.drop_index(batch_op.f('ix_presentation_files_file_id'))

    op.drop_table('presentation_files')
    with op.batch_alter_table('practice_versions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_practice_versions_submitted_by_id'))

    op.drop_table('practice_versions')
    with op.batch_alter_table('practice_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_practice_files_practice_id'))
        batch_op.drop_index(batch_op.f('ix_practice_files_file_id'))

    op.drop_table('practice_files')
    with op.batch_alter_table('summary_sections', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_summary_sections_summary_id'))

    op.drop_table('summary_sections')
    with op.batch_alter_table('publications', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_publications_published_by_id'))

    op.drop_table('publications')
    with op.batch_alter_table('presentations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presentations_meeting_id'))

    op.drop_table('presentations')
    with op.batch_alter_table('practices', schema=None) as batch_op:
        batch_op.drop_index('ix_practices_meeting_state')
        batch_op.drop_index(batch_op.f('ix_practices_delegation_id'))
        batch_op.drop_index(batch_op.f('ix_practices_created_by_id'))
        batch_op.drop_index(batch_op.f('ix_practices_call_id'))

    op.drop_table('practices')
    with op.batch_alter_table('extensions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_extensions_granted_by_id'))
        batch_op.drop_index(batch_op.f('ix_extensions_delegation_id'))

    op.drop_table('extensions')
    with op.batch_alter_table('delegation_members', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delegation_members_user_id'))

    op.drop_table('delegation_members')
    op.drop_table('working_groups')
    op.drop_table('summaries')
    with op.batch_alter_table('memberships', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_memberships_party_id'))

    op.drop_table('memberships')
    with op.batch_alter_table('guiding_questions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guiding_questions_meeting_id'))

    op.drop_table('guiding_questions')
    with op.batch_alter_table('delegations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delegations_party_id'))

    op.drop_table('delegations')
    op.drop_table('calls')
    with op.batch_alter_table('agenda_items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_items_meeting_id'))

    op.drop_table('agenda_items')
    with op.batch_alter_table('stored_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stored_files_sha256'))
        batch_op.drop_index(batch_op.f('ix_stored_files_created_by_id'))

    op.drop_table('stored_files')
    with op.batch_alter_table('statements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statements_source_id'))

    op.drop_table('statements')
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meetings_mechanism_id'))

    op.drop_table('meetings')
    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mails_user_id'))

    op.drop_table('mails')
    with op.batch_alter_table('audit_events', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_events_subject')
        batch_op.drop_index(batch_op.f('ix_audit_events_meeting_id'))
        batch_op.drop_index(batch_op.f('ix_audit_events_actor_id'))

    op.drop_table('audit_events')
    with op.batch_alter_table('aliases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_aliases_source_id'))
        batch_op.drop_index(batch_op.f('ix_aliases_mechanism_id'))

    op.drop_table('aliases')
    with op.batch_alter_table('account_links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_links_user_id'))

    op.drop_table('account_links')
    with op.batch_alter_table('vocabulary_items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_vocabulary_items_source_id'))

    op.drop_table('vocabulary_items')
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_users_party_id'))

    op.drop_table('users')
    with op.batch_alter_table('organizations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organizations_source_id'))

    op.drop_table('organizations')
    with op.batch_alter_table('mechanisms', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mechanisms_source_id'))

    op.drop_table('mechanisms')
    op.drop_table('sources')
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_attempts_subject_at')

    op.drop_table('sign_in_attempts')
    with op.batch_alter_table('search_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_entries_meeting_id'))

    op.drop_table('search_entries')
    op.drop_table('parties')
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.drop_index('ix_jobs_state_run_after')

    op.drop_table('jobs')
    if op.get_bind().dialect.name == "postgresql":
        for name in ENUMS:
            op.execute(f"DROP TYPE {name}")
