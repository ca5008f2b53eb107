"""An order may name a sound that was given as a file. Until now there were links alone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("sound_key", sa.String(length=200), server_default=sa.text("''"), nullable=False))
    op.add_column("jobs", sa.Column("sound_name", sa.String(length=80), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    op.drop_column("jobs", "sound_name")
    op.drop_column("jobs", "sound_key")
