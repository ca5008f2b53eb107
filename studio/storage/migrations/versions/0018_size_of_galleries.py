"""How many videos a visitor has, and how large they are together, is read from an index."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("jobs_sized", "jobs", ["visitor", "state", "hidden_at", "binned_at", "size_bytes"])


def downgrade() -> None:
    op.drop_index("jobs_sized", "jobs")
