"""How often the check of a job's video has died."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("checks", sa.Integer(), nullable=False, server_default="0"))
