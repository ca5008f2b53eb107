"""The AI/ML API's image-to-video service as plain Python. Liftable as it stands.

Needs requests (which brings urllib3 and certifi) and the standard library.


    models.py     which models there are, and which options each takes
    wire.py       orders and generations: JSON in and out. Pure
    billing.py    log, balance, prices: JSON in, exact whole numbers out. Pure
    key_info.py   what the provider tells about a key. Pure
    failures.py   why a generation failed, sorted from loose words. Pure
    untrusted.py  bytes from outside made into plain values. Pure
    errors.py     one shallow family; attributes decide (retryable, outcome_unknown)
    public_addresses.py  may anybody on the internet fetch this address? Pure
    public_connections.py  a connection to a public host, to the very address that was judged
    transport.py  one request and its answer; what the network did, as one of our errors
    download.py   fetching a file: which addresses, how to resume
    client.py     VideoAPI(base_url, key): create, look_up, find_lost, charged, balance, key_info,
                  pricing, fetch

Everything named in `__all__` is public.
"""

from videoapi.billing import (
    Balance,
    Charged,
    LogPage,
    LogRow,
    Pricing,
    Rate,
    micros_of_credits,
    read_balance,
    read_log_page,
    read_pricing,
    sum_up,
)
from videoapi.client import VideoAPI
from videoapi.download import DEFAULT_VIDEO_HOSTS, etag_path
from videoapi.error_answers import read_error
from videoapi.errors import (
    AddressExpired,
    AddressRefused,
    DownloadCut,
    DownloadTooLarge,
    Forbidden,
    KeyRejected,
    NoAnswer,
    NotFound,
    NotReachable,
    OrderInvalid,
    OutOfCredit,
    ServiceDown,
    TooManyRequests,
    UnreadableAnswer,
    VideoAPIError,
)
from videoapi.failures import Failure, FailureKind
from videoapi.key_info import KeyInfo, KeyLimit, Retention, read_key_info
from videoapi.models import MODELS, WAN_2_6_I2V, Quality, Sound, Strength, Timing, VideoModel
from videoapi.wire import (
    Generation,
    GenerationRequest,
    Status,
    jpeg_data_url,
    mp3_data_url,
    read_generation,
    request_body,
)

__all__ = [
    "DEFAULT_VIDEO_HOSTS",
    "MODELS",
    "WAN_2_6_I2V",
    "AddressExpired",
    "AddressRefused",
    "Balance",
    "Charged",
    "DownloadCut",
    "DownloadTooLarge",
    "Failure",
    "FailureKind",
    "Forbidden",
    "Generation",
    "GenerationRequest",
    "KeyInfo",
    "KeyLimit",
    "KeyRejected",
    "LogPage",
    "LogRow",
    "NoAnswer",
    "NotFound",
    "NotReachable",
    "OrderInvalid",
    "OutOfCredit",
    "Pricing",
    "Quality",
    "Rate",
    "Retention",
    "ServiceDown",
    "Sound",
    "Status",
    "Strength",
    "Timing",
    "TooManyRequests",
    "UnreadableAnswer",
    "VideoAPI",
    "VideoAPIError",
    "VideoModel",
    "etag_path",
    "jpeg_data_url",
    "micros_of_credits",
    "mp3_data_url",
    "read_balance",
    "read_error",
    "read_generation",
    "read_key_info",
    "read_log_page",
    "read_pricing",
    "request_body",
    "sum_up",
]
