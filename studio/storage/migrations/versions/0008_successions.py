"""Who took whose place stands in a table of its own, and no longer among the links that open galleries."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "successions",
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("before"),
    )
    # What was no link was called "from:" and the visitor of before; the hashes of links are hexadecimal.
    op.execute(
        'INSERT INTO successions ("before", visitor, expires_at)'
        " SELECT substr(hash, 6), visitor, expires_at FROM gallery_links WHERE substr(hash, 1, 5) = 'from:'"
    )
    op.execute("DELETE FROM gallery_links WHERE substr(hash, 1, 5) = 'from:'")


def downgrade() -> None:
    op.execute(
        "INSERT INTO gallery_links (hash, visitor, expires_at, used_at)"
        " SELECT 'from:' || \"before\", visitor, expires_at, expires_at FROM successions"
    )
    op.drop_table("successions")
