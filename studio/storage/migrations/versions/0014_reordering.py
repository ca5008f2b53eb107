"""An order that waits may change places with others of its visitor's. Those of before stand as they were placed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("in_line_since", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("jobs", "in_line_since")
