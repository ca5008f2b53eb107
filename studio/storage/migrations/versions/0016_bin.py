"""A visitor's deleted videos wait in a bin before they are gone for good."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("binned_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("jobs", "binned_at")
