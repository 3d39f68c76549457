"""coordination between mechanisms

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATE = sa.Enum("proposed", "agreed", "under_way", "done", name="coordination_state", create_constraint=True)


def upgrade() -> None:
    op.create_table('coordinations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('state', STATE, nullable=False),
    sa.Column('practice_version_id', sa.Integer(), nullable=True),
    sa.Column('presentation_version_id', sa.Integer(), nullable=True),
    sa.Column('publication_id', sa.Integer(), nullable=True),
    sa.Column('paragraph', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(CASE WHEN practice_version_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN presentation_version_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN publication_id IS NULL THEN 0 ELSE 1 END) = 1', name=op.f('ck_coordinations_one_source')),
    sa.CheckConstraint('(publication_id IS NULL) = (paragraph IS NULL)', name=op.f('ck_coordinations_paragraph_of_publication')),
    sa.ForeignKeyConstraint(['item_id'], ['vocabulary_items.id'], name=op.f('fk_coordinations_item_id_vocabulary_items')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_coordinations_meeting_id_meetings')),
    sa.ForeignKeyConstraint(['practice_version_id'], ['practice_versions.id'], name=op.f('fk_coordinations_practice_version_id_practice_versions')),
    sa.ForeignKeyConstraint(['presentation_version_id'], ['presentation_versions.id'], name=op.f('fk_coordinations_presentation_version_id_presentation_versions')),
    sa.ForeignKeyConstraint(['publication_id'], ['publications.id'], name=op.f('fk_coordinations_publication_id_publications')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coordinations'))
    )
    with op.batch_alter_table('coordinations') as table:
        table.create_index(table.f('ix_coordinations_item_id'), ['item_id'], unique=False)
        table.create_index(table.f('ix_coordinations_meeting_id'), ['meeting_id'], unique=False)
        table.create_index(table.f('ix_coordinations_practice_version_id'), ['practice_version_id'], unique=False)
        table.create_index(table.f('ix_coordinations_presentation_version_id'), ['presentation_version_id'], unique=False)
        table.create_index(table.f('ix_coordinations_publication_id'), ['publication_id'], unique=False)

    op.create_table('coordination_parties',
    sa.Column('coordination_id', sa.Integer(), nullable=False),
    sa.Column('party_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['coordination_id'], ['coordinations.id'], name=op.f('fk_coordination_parties_coordination_id_coordinations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_coordination_parties_party_id_parties')),
    sa.PrimaryKeyConstraint('coordination_id', 'party_id', name=op.f('pk_coordination_parties'))
    )
    with op.batch_alter_table('coordination_parties') as table:
        table.create_index(table.f('ix_coordination_parties_party_id'), ['party_id'], unique=False)

    op.create_table('coordination_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('coordination_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('state', STATE.with_variant(postgresql.ENUM(*STATE.enums, name='coordination_state', create_type=False), 'postgresql'), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_coordination_steps_by_id_users')),
    sa.ForeignKeyConstraint(['coordination_id'], ['coordinations.id'], name=op.f('fk_coordination_steps_coordination_id_coordinations')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_coordination_steps_meeting_id_meetings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coordination_steps'))
    )
    with op.batch_alter_table('coordination_steps') as table:
        table.create_index(table.f('ix_coordination_steps_by_id'), ['by_id'], unique=False)
        table.create_index(table.f('ix_coordination_steps_coordination_id'), ['coordination_id'], unique=False)
        table.create_index(table.f('ix_coordination_steps_meeting_id'), ['meeting_id'], unique=False)


def downgrade() -> None:
    for name in ("coordination_steps", "coordination_parties", "coordinations"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TYPE coordination_state")
