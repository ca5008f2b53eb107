"""Orders take turns by who pays and by address; the same thing that goes wrong again is one row."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("payer", sa.String(length=64), server_default=sa.text("''"), nullable=False))
    op.add_column("jobs", sa.Column("turn", sa.String(length=64), server_default=sa.text("''"), nullable=False))
    # Jobs from before there was a ledger were paid for by their visitor.
    op.execute(
        "UPDATE jobs SET payer = coalesce((SELECT ledger.payer FROM ledger"
        " WHERE ledger.job_id = jobs.id AND NOT ledger.closes), jobs.visitor)"
    )
    op.execute("UPDATE jobs SET turn = payer")
    op.drop_index("jobs_served", table_name="jobs")
    op.create_index("jobs_served", "jobs", ["turn", "submitted_at"], unique=False)
    op.create_index("jobs_of_payer", "jobs", ["payer", "next_at"], unique=False)
    op.add_column("incidents", sa.Column("number", sa.BigInteger(), server_default="1", nullable=False))
    op.execute(
        "UPDATE incidents SET number = (SELECT count(*) FROM incidents AS same WHERE same.what = incidents.what)"
    )
    # Of each kind the last one stays.
    op.execute(
        "DELETE FROM incidents WHERE EXISTS (SELECT 1 FROM incidents AS later WHERE later.what = incidents.what"
        " AND (later.at > incidents.at OR (later.at = incidents.at AND later.reference > incidents.reference)))"
    )
    op.create_index("incidents_by_what", "incidents", ["what"], unique=True)


def downgrade() -> None:
    op.drop_index("incidents_by_what", table_name="incidents")
    op.drop_column("incidents", "number")
    op.drop_index("jobs_of_payer", table_name="jobs")
    op.drop_index("jobs_served", table_name="jobs")
    op.create_index("jobs_served", "jobs", ["visitor", "submitted_at"], unique=False)
    op.drop_column("jobs", "turn")
    op.drop_column("jobs", "payer")
