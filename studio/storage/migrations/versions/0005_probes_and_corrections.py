"""A breaker that counts outcomes and lets one probe out; costs that the owner corrects."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What it says is about the last minutes: it begins anew, closed.
    op.drop_table("breakers")
    op.create_table(
        "breakers",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("recent", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("open_until", sa.BigInteger(), nullable=True),
        sa.Column("rests", sa.Integer(), nullable=False),
        sa.Column("probe", sa.String(length=32), nullable=True),
        sa.Column("probe_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.execute("INSERT INTO breakers (name, recent, rests) VALUES ('submit', '', 0)")
    with op.batch_alter_table("ledger") as ledger:
        ledger.alter_column("closes", existing_type=sa.Boolean(), nullable=True)


def downgrade() -> None:
    # Refused by the database where there are corrections: money that was booked is not thrown away.
    with op.batch_alter_table("ledger") as ledger:
        ledger.alter_column("closes", existing_type=sa.Boolean(), nullable=False)
    op.drop_table("breakers")
    op.create_table(
        "breakers",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("open_until", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.execute("INSERT INTO breakers (name, failures) VALUES ('submit', 0)")
