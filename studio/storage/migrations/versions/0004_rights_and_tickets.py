"""Rights hang on a token of their own; what was granted to a visitor's number before ends here."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Whoever had the visitor's number had the rights with it: a gallery link gave it away. So none is taken over;
    # codes are entered once more.
    op.drop_table("admissions")
    op.create_table(
        "admissions",
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("login_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("holder", "kind"),
    )
    op.create_index("admissions_by_key", "admissions", ["kind", "key"])
    op.create_table(
        "tickets",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("visitor", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("login_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "sign_outs",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("logins_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    # The visitors of before have cookies without a date, for as long as those live. Where nobody was here before, no
    # such cookie is taken.
    op.execute(
        sa.text(
            "INSERT INTO switches (name, since) SELECT 'undated_cookies', :now "
            "WHERE EXISTS (SELECT 1 FROM jobs) OR EXISTS (SELECT 1 FROM drafts)"
        ).bindparams(sa.bindparam("now", time.time_ns() // 1000, type_=sa.BigInteger()))
    )


def downgrade() -> None:
    op.execute("DELETE FROM switches WHERE name = 'undated_cookies'")
    op.drop_table("sign_outs")
    op.drop_table("tickets")
    op.drop_index("admissions_by_key", table_name="admissions")
    op.drop_table("admissions")
    op.create_table(
        "admissions",
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("visitor", "kind"),
    )
