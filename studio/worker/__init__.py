"""Takes what is due one step further: sends an order at most once, asks and fetches at least once.

The row says `submitting`, committed, before the first byte leaves. Steps may die or sleep anywhere: what was paid for
is found again, and nothing is sent a second time.
"""

__all__ = ["pool", "provider_mapping", "worker"]
