"""Is it the key, the account, or this one order? Asked of the provider where a refusal does not say."""

from __future__ import annotations

from typing import Protocol

from videoapi import errors as api
from videoapi.billing import Balance
from videoapi.failures import is_about_credit
from videoapi.key_info import VIDEO_SCOPE, KeyInfo


class Account(Protocol):
    """What is asked of videoapi.client.VideoAPI. Nothing is ordered by it."""

    def key_info(self) -> KeyInfo: ...
    def balance(self) -> Balance: ...


def what_was_forbidden(account: Account, refusal: api.Forbidden, *, price_micros: int) -> api.VideoAPIError:
    """The refusal as what it turns out to be: one prompt must not stop the orders of all.

    KeyRejected and OutOfCredit where the account itself says so; the refusal where the account answers as ever, so
    that it was about this order alone; NotReachable where nothing gets through, so that it is about none.
    """
    try:
        key = account.key_info()
    except api.VideoAPIError:
        key = None  # not told to every kind of key
    if key is not None and key.is_ours and (key.disabled or (key.scopes is not None and VIDEO_SCOPE not in key.scopes)):
        return api.KeyRejected(refusal.detail, status=refusal.status, request_id=refusal.request_id)
    try:
        balance = account.balance()
    except (api.KeyRejected, api.OutOfCredit) as error:
        return error
    except api.VideoAPIError:
        return refusal if key is not None else api.NotReachable(refusal.detail, status=refusal.status)
    if is_about_credit(refusal.detail) and balance.micros < price_micros:
        return api.OutOfCredit(refusal.detail, status=refusal.status, request_id=refusal.request_id)
    return refusal
