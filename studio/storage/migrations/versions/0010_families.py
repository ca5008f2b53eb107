"""A job names the one whose video it goes on from. What was continued before is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("continues", sa.String(length=32), nullable=True))
    op.create_index("jobs_continuing", "jobs", ["continues"], unique=False)


def downgrade() -> None:
    op.drop_index("jobs_continuing", table_name="jobs")
    op.drop_column("jobs", "continues")
