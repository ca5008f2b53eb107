"""What may be spent, what is reserved and spent, and whether the provider's account says the same.

Micro-dollars, integers. `ledger` alone writes, inside the transaction of what it is about, so that no limit is passed
and each reservation is closed once; a budget holds the sum of its entries at every commit.
"""

__all__ = ["amounts", "discrepancies", "fitting", "ledger", "limits", "prices", "reconciliation", "statements"]
