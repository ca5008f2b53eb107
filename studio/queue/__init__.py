"""Jobs in the database: placed once, claimed by lease, saved only by who holds the lease.

The same on SQLite and PostgreSQL. An order sent twice is one job; every write is fenced by token, state and attempt;
new orders take turns by who pays, and who has many being made waits with the next. Whoever listens for a visitor
hears, within this process, of jobs that moved.
"""

__all__ = [
    "albums",
    "binning",
    "brought_in",
    "changes",
    "figures",
    "job_store",
    "jobs_of_visitor",
    "kept_edits",
    "kept_presets",
    "labels",
    "leases",
    "line",
    "placing",
    "searching",
    "soft_deletion",
    "storage_use",
    "usual_times",
]
