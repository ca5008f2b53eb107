"""The owner's page: money, jobs, failures, codes, sessions, and the pause of all orders.

Every part asks again whether it is the owner who looks; no visitor's words or pictures are on it.
"""

__all__ = ["codes", "figures", "gate", "ledger", "sessions", "switch"]
