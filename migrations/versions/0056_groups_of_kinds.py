"""groups of passages are of kinds; which passages a proposal quotes

Revision ID: 0056
Revises: 0057
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0057"
branch_labels = None
depends_on = None

KIND = sa.Enum("like_passages", "said_once", "kept_apart", name="passage_group_kind", create_constraint=True)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        KIND.create(op.get_bind(), checkfirst=False)
    with op.batch_alter_table("passage_groups") as batch:
        batch.add_column(sa.Column("kind", KIND, nullable=True))
    groups = sa.table("passage_groups", sa.column("kind", KIND))
    op.get_bind().execute(sa.update(groups).values(kind="like_passages"))
    with op.batch_alter_table("passage_groups") as batch:
        batch.alter_column("kind", existing_type=KIND, nullable=False)
    with op.batch_alter_table("grouped_passages") as batch:
        batch.add_column(sa.Column("chosen", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("grouped_passages") as batch:
        batch.drop_column("chosen")
    with op.batch_alter_table("passage_groups") as batch:
        if op.get_bind().dialect.name != "postgresql":
            batch.drop_constraint(op.f("ck_passage_groups_passage_group_kind"), type_="check")
        batch.drop_column("kind")
    if op.get_bind().dialect.name == "postgresql":
        KIND.drop(op.get_bind())
