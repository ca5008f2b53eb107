"""Orders of the stand-in: what they may say, what they cost, how they end, and how they are remembered.

Survives kill -9: what was accepted is finished after the next start.
"""

__all__ = ["failures", "given_files", "ledger", "models", "prices", "schema"]
