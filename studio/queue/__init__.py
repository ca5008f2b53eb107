"""Jobs in the database: placed once, claimed by lease, saved only by who holds the lease.

The same on SQLite and PostgreSQL. An order sent twice is one job; every write is fenced by token, state and attempt;
new orders take turns by who pays, and who has many being made waits with the next.
"""

__all__ = ["forgetting", "job_store", "jobs_of_visitor", "leases", "line", "placing"]
