"""What can go wrong between us and the provider: one shallow family, sorted by whose move it is.

Two attributes decide what may happen next, so that nobody has to know the classes by heart. Their values on the class
are for an order (POST), where asking twice may cost twice. The client says otherwise on the error itself of a read
(GET): that orders nothing.
"""

from __future__ import annotations

from videoapi.failures import Failure


class VideoAPIError(Exception):
    """The provider could not, or would not, do what was asked.

    Its text is for the log: it never holds the key, nor what follows the `?` of an address.
    """

    retryable: bool = False
    """Asking again unchanged may succeed, and can do no harm."""

    outcome_unknown: bool = False
    """An order may have been accepted all the same: asking again may be charged twice."""

    meaning: str = "the provider could not do what was asked"

    def __init__(
        self,
        detail: str = "",
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
        request_id: str | None = None,
        inference_id: str | None = None,
    ) -> None:
        self.detail = detail
        """What happened, in the provider's or the network's words. Untrusted, one line, at most 500 characters."""
        self.status = status
        """The HTTP status, if there was an answer."""
        self.retry_after_s = retry_after_s
        """How long the provider asks us to wait, in seconds."""
        self.request_id = request_id
        """The provider's name for this one call; quote it when asking their support."""
        self.inference_id = inference_id
        """The generation id, where an answer's headers told it though its body did not: look it up by this."""
        super().__init__(detail)

    def __str__(self) -> str:
        status = f" (HTTP {self.status})" if self.status is not None else ""
        return f"{self.meaning}{status}" + (f": {self.detail}" if self.detail else "")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def while_reading(self) -> VideoAPIError:
        """The same error, said of a call that orders nothing: what was unknown may simply be asked again."""
        if self.outcome_unknown:
            self.outcome_unknown = False
            self.retryable = True
        return self


class NotReachable(VideoAPIError):
    """Nothing was sent, for certain: no such host, refused, no connection in time, or a certificate not trusted."""

    retryable = True
    meaning = "the provider could not be reached"


class NoAnswer(VideoAPIError):
    """We spoke, and no whole answer came back. An order may or may not have been accepted."""

    outcome_unknown = True
    meaning = "no whole answer came back"


class UnreadableAnswer(VideoAPIError):
    """The answer says success, or sends us elsewhere, and is not what was agreed. An order was probably accepted."""

    outcome_unknown = True
    meaning = "the answer could not be understood"


class KeyRejected(VideoAPIError):
    """The key is missing, wrong, switched off, or not allowed to do this: 401, or the provider's own code for it. The
    owner's move.
    """

    meaning = "the key was rejected"


class OutOfCredit(VideoAPIError):
    """The account cannot pay for this: 402, or the provider's own code for it. The owner's move."""

    meaning = "the account is out of credit"


class Forbidden(VideoAPIError):
    """Refused (403, or a 402 that is no JSON), and nothing of the provider's own says why: perhaps a firewall in front
    of it stopped this one order, perhaps it is about the key. Who wants to know asks after the key.
    """

    meaning = "refused, and not in the provider's own words"


class OrderInvalid(VideoAPIError):
    """The order was refused as it stands, and not charged. The person's move: change it."""

    meaning = "the order was refused"

    def __init__(
        self,
        detail: str = "",
        *,
        fields: tuple[tuple[str, str], ...] = (),
        failure: Failure | None = None,
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        self.fields = fields
        """What was wrong, as (field, reason); the field is empty where the provider did not name one."""
        self.failure = failure
        """Set where the reason is one that finished generations know too, such as a picture stopped by moderation."""
        super().__init__(detail, status=status, request_id=request_id)


class NotFound(VideoAPIError):
    """The provider does not know this id, model or path. Soon after an order this can pass by itself."""

    meaning = "the provider does not know it"


class TooManyRequests(VideoAPIError):
    """Refused before any work, because too much was asked at once. `retry_after_s` says how long to wait, if known."""

    retryable = True
    meaning = "too many requests"


class ServiceDown(VideoAPIError):
    """The provider answered that it failed (any 5xx). It does not promise that an order was not accepted."""

    outcome_unknown = True
    meaning = "the provider is having an outage"


class AddressRefused(VideoAPIError):
    """The address of a file is not one we fetch from. No connection was made to it."""

    meaning = "the file's address is not one to fetch from"


class AddressExpired(VideoAPIError):
    """The store no longer serves this address: look the generation up again for a fresh one."""

    meaning = "the file's address no longer works"


class DownloadCut(VideoAPIError):
    """The file stopped coming before its end. What came is kept, so that the next try can go on from there."""

    retryable = True
    meaning = "the download was cut"


class DownloadTooLarge(VideoAPIError):
    """The file is larger than allowed. Nothing of it is kept."""

    meaning = "the file is too large"
