"""A visitor can mark a video, give it a title and notes, and find it again by these and its prompt.

Those that are there already can be found by their prompts at once.
"""

import sqlalchemy as sa
from alembic import op

from studio.storage.search_words import kept_form

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

AT_ONCE = 500


def upgrade() -> None:
    op.add_column("jobs", sa.Column("title", sa.String(length=120), server_default=sa.text("''"), nullable=False))
    op.add_column("jobs", sa.Column("notes", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("jobs", sa.Column("is_favourite", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("jobs", sa.Column("search_words", sa.Text(), server_default=sa.text("''"), nullable=False))
    # In the form of today: who changes that form fills the column anew in a migration of their own.
    jobs = sa.table("jobs", sa.column("id"), sa.column("prompt"), sa.column("search_words"))
    connection, last = op.get_bind(), ""
    some = sa.select(jobs.c.id, jobs.c.prompt).where(jobs.c.prompt != "").order_by(jobs.c.id).limit(AT_ONCE)
    while rows := connection.execute(some.where(jobs.c.id > last)).all():
        fill = sa.update(jobs).where(jobs.c.id == sa.bindparam("job")).values(search_words=sa.bindparam("words"))
        connection.execute(fill, [{"job": job_id, "words": kept_form(prompt)} for job_id, prompt in rows])
        last = rows[-1].id


def downgrade() -> None:
    for column in ("search_words", "is_favourite", "notes", "title"):
        op.drop_column("jobs", column)
