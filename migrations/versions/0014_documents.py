"""the register of documents

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CLASS = sa.Enum("concept_paper", "order_of_business", "questions", "call", "working", "information", "draft", "report", "participants", name="document_class", create_constraint=True)
STATUS = sa.Enum("pending", "machine", "unofficial", "official", name="language_status", create_constraint=True)
_AUDIENCE = sa.Enum("public", "member_states", "restricted", name="audience", create_constraint=True)
AUDIENCE = _AUDIENCE.with_variant(postgresql.ENUM(*_AUDIENCE.enums, name="audience", create_type=False), "postgresql")


def upgrade() -> None:
    op.create_table('symbol_counters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stem', sa.String(length=120), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_symbol_counters')),
    sa.UniqueConstraint('stem', name=op.f('uq_symbol_counters_stem'))
    )
    op.create_table('register_settings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mechanism_id', sa.Integer(), nullable=False),
    sa.Column('series', sa.String(length=60), nullable=False),
    sa.Column('pattern', sa.String(length=80), nullable=False),
    sa.Column('abbreviations', JSON, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['mechanism_id'], ['mechanisms.id'], name=op.f('fk_register_settings_mechanism_id_mechanisms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_settings')),
    sa.UniqueConstraint('mechanism_id', name=op.f('uq_register_settings_mechanism_id'))
    )
    op.create_table('documents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('original_id', sa.Integer(), nullable=True),
    sa.Column('document_class', CLASS, nullable=False),
    sa.Column('symbol', sa.String(length=120), nullable=False),
    sa.Column('slug', sa.String(length=120), nullable=False),
    sa.Column('order_key', sa.String(length=240), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('title', JSON, nullable=False),
    sa.Column('title_keys', JSON, nullable=False),
    sa.Column('original_language', sa.String(length=2), nullable=False),
    sa.Column('textual', sa.Boolean(), nullable=False),
    sa.Column('distribution', AUDIENCE, nullable=False),
    sa.Column('generated', sa.Boolean(), nullable=False),
    sa.Column('form_key', sa.String(length=40), nullable=True),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('registered_by_id', sa.Integer(), nullable=True),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawal_note', JSON, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_documents_meeting_id_meetings')),
    sa.ForeignKeyConstraint(['original_id'], ['documents.id'], name=op.f('fk_documents_original_id_documents')),
    sa.ForeignKeyConstraint(['registered_by_id'], ['users.id'], name=op.f('fk_documents_registered_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_documents')),
    sa.UniqueConstraint('form_key', name=op.f('uq_documents_form_key')),
    sa.UniqueConstraint('slug', name=op.f('uq_documents_slug')),
    sa.UniqueConstraint('symbol', name=op.f('uq_documents_symbol'))
    )
    with op.batch_alter_table('documents') as table:
        table.create_index('ix_documents_meeting_order', ['meeting_id', 'order_key'], unique=False)
        table.create_index(table.f('ix_documents_original_id'), ['original_id'], unique=False)
        table.create_index(table.f('ix_documents_registered_by_id'), ['registered_by_id'], unique=False)

    op.create_table('register_visits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_register_visits_meeting_id_meetings')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_register_visits_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_visits')),
    sa.UniqueConstraint('user_id', 'meeting_id', name=op.f('uq_register_visits_user_id_meeting_id'))
    )
    with op.batch_alter_table('register_visits') as table:
        table.create_index(table.f('ix_register_visits_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('document_agenda_items',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('agenda_item_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agenda_item_id'], ['agenda_items.id'], name=op.f('fk_document_agenda_items_agenda_item_id_agenda_items'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_document_agenda_items_document_id_documents'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('document_id', 'agenda_item_id', name=op.f('pk_document_agenda_items'))
    )
    with op.batch_alter_table('document_agenda_items') as table:
        table.create_index(table.f('ix_document_agenda_items_agenda_item_id'), ['agenda_item_id'], unique=False)

    op.create_table('language_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('status', STATUS, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.CheckConstraint('number >= 0', name=op.f('ck_language_versions_number_not_negative')),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_language_versions_document_id_documents'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_language_versions')),
    sa.UniqueConstraint('document_id', 'language', name=op.f('uq_language_versions_document_id_language'))
    )
    op.create_table('file_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('language_version_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('extension', sa.String(length=8), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['added_by_id'], ['users.id'], name=op.f('fk_file_versions_added_by_id_users')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_files.id'], name=op.f('fk_file_versions_file_id_stored_files')),
    sa.ForeignKeyConstraint(['language_version_id'], ['language_versions.id'], name=op.f('fk_file_versions_language_version_id_language_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file_versions')),
    sa.UniqueConstraint('language_version_id', 'number', 'extension', name=op.f('uq_file_versions_language_version_id_number_extension'))
    )
    with op.batch_alter_table('file_versions') as table:
        table.create_index(table.f('ix_file_versions_added_by_id'), ['added_by_id'], unique=False)
        table.create_index(table.f('ix_file_versions_file_id'), ['file_id'], unique=False)


def downgrade() -> None:
    for name in ("file_versions", "language_versions", "document_agenda_items", "register_visits", "documents", "register_settings", "symbol_counters"):
        op.drop_table(name)
    op.execute("DELETE FROM search_entries WHERE kind = 'document'")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TYPE document_class")
        op.execute("DROP TYPE language_status")
