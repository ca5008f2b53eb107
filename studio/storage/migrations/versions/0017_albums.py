"""Videos stand in albums: names that their visitor gives."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "album_videos",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "name"),
    )
    op.create_index("albums_of_visitor", "album_videos", ["visitor"])


def downgrade() -> None:
    op.drop_table("album_videos")
