"""A video that was made of another for nothing, and kept: a job names the one it was made from, and by which edit."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("made_from", sa.String(length=32), nullable=True))
    op.add_column("jobs", sa.Column("made_as", sa.String(length=64), nullable=True))
    op.create_index("jobs_made_from", "jobs", ["made_from"], unique=False)


def downgrade() -> None:
    op.drop_index("jobs_made_from", table_name="jobs")
    op.drop_column("jobs", "made_as")
    op.drop_column("jobs", "made_from")
