"""An order names its model, and may name a picture to end in. Until now there was one model, and no such picture."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "jobs",
        sa.Column("model", sa.String(length=128), server_default=sa.text("'alibaba/wan-2-6-i2v'"), nullable=False),
    )
    op.add_column(
        "jobs", sa.Column("ending_picture_key", sa.String(length=200), server_default=sa.text("''"), nullable=False)
    )
    op.drop_index("jobs_finished_of_kind", table_name="jobs")
    op.create_index(
        "jobs_finished_of_kind", "jobs", ["backend", "model", "duration_s", "resolution", "finished_at"], unique=False
    )


def downgrade() -> None:
    op.drop_index("jobs_finished_of_kind", table_name="jobs")
    op.create_index(
        "jobs_finished_of_kind", "jobs", ["backend", "duration_s", "resolution", "finished_at"], unique=False
    )
    op.drop_column("jobs", "ending_picture_key")
    op.drop_column("jobs", "model")
