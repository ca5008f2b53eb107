"""An order under way: its states and the only arrows between them, drawn in docs/states.md.

Pure but for `rows`. A job changes through its named transitions alone; none leads from a state in which the provider
may have charged back to one in which the order is sent again.
"""

__all__ = [
    "circuit_breaker",
    "drawn_seed",
    "family",
    "job",
    "labels",
    "last_error",
    "polling",
    "progress",
    "remedy",
    "rows",
    "stage",
    "usual",
    "whole_video",
]
