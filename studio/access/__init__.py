"""Who is here, and what they may do: visitors, access codes, sign-in, the owner.

Rights are not identity: they hang on a session of their own (`sessions`), new at each admission, and no gallery link
carries them. Of codes and tokens only hashes are kept; guesses are slowed without shutting out who knows a code.
"""

__all__ = ["admission", "codes", "identity", "networks", "oidc_config", "rate_limits", "sessions", "tabs", "visitors"]
