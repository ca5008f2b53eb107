"""The provider's money and its log of requests, read into exact whole numbers. No I/O happens here.

Money is counted in micro-dollars (micros): $1 is 1,000,000. What we would have to pay is rounded up, what we have down.
Shapes: GET /v2/logs, GET /v2/billing and GET /v1/models?include=pricing in the provider's reference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from videoapi.error_answers import raise_for_status, unreadable
from videoapi.untrusted import decimal_number, identifier, json_object, mapping, moment, plain_text, whole_number

MICROS_PER_USD = 1_000_000
# https://docs.aimlapi.com/faq/how-can-i-track-my-funds: "$1 USD = 2,000,000 credits".
_CREDITS_PER_USD = 2_000_000


def micros_of_credits(credits: int) -> int:
    """What so many credits cost, in micro-dollars, rounded up."""
    return -(-credits * MICROS_PER_USD // _CREDITS_PER_USD)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One request that reached the provider, as its log has it."""

    created: datetime
    succeeded: bool
    """False means failed, and billed nothing."""
    model: str
    credits: int
    """What it was charged; 0 for a failed one, and where the log does not say."""
    inference_id: str
    """For an order, the generation id."""
    client_request_id: str | None
    """The `X-Client-Request-Id` that went with it; None where none was sent."""
    request_id: str | None
    is_charge_told: bool = True
    """False where the charge is missing, negative or beyond reason: then `credits` is 0 and says nothing."""

    @property
    def micros(self) -> int:
        """What it was charged in micro-dollars, rounded up."""
        return micros_of_credits(self.credits)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """One page of the log, newest first."""

    rows: tuple[LogRow, ...]
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """What the log of a window says was charged."""

    rows: tuple[LogRow, ...]
    """Each inference once, newest first."""
    complete: bool
    """False where the log went on beyond what was read: then it was this, or more."""

    @property
    def micros(self) -> int:
        """The sum, in micro-dollars."""
        return sum(row.micros for row in self.rows)

    @property
    def requests(self) -> int:
        """How many requests were charged; failed ones, and those not charged yet, do not count."""
        return sum(row.credits > 0 for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What the account has left."""

    micros: int
    """Micro-units of the currency, rounded down; may be negative."""
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One line of a price list."""

    micros: Decimal
    """Micro-dollars for one `unit`, exact."""
    unit: str
    when: tuple[tuple[str, str], ...]
    """The options this rate is for, in lower case; empty for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """The price list of one model, as far as it was understood."""

    rates: tuple[Rate, ...]
    """Empty where the list's shape was not understood: then no price can be told."""

    def price_micros(self, *, resolution: str, duration_s: int) -> int | None:
        """What one video costs in micro-dollars, rounded up; None where the list does not say for certain.

        Where several lines could apply, because they also hang on an option not asked about here, the dearest counts.
        """
        asked = {"resolution": resolution.lower(), "duration": str(duration_s)}
        prices: list[Decimal] = []
        for rate in self.rates:
            if any(asked.get(name, wanted) != wanted for name, wanted in rate.when):
                continue
            if rate.unit in _SECONDS:
                prices.append(rate.micros * duration_s)
            elif rate.unit in _WHOLE_VIDEOS:
                prices.append(rate.micros)
            else:
                return None
        return int(max(prices).to_integral_value(ROUND_CEILING)) if prices else None


_SECONDS = ("second", "seconds", "sec", "s")
_WHOLE_VIDEOS = ("video", "videos", "generation", "generations", "request", "requests", "item", "output")


def read_log_page(status_code: int, headers: Mapping[str, str], body: bytes) -> LogPage:
    """Read a page of GET /v2/logs.

    Raises UnreadableAnswer if any row is not what was agreed, rather than leave it out: whoever searches the log for a
    lost order would else conclude that it never arrived. Raises the errors of `read_error` for other statuses than 2xx.
    """
    raise_for_status(status_code, headers, body)
    answer = json_object(body) or {}
    entries = answer.get("data")
    if not isinstance(entries, list):
        raise unreadable(status_code, headers, body, "a log page without rows")
    rows = [_log_row(mapping(entry) or {}) for entry in entries]
    known = tuple(row for row in rows if row is not None)
    if len(known) < len(rows):
        raise unreadable(status_code, headers, body, "a log page with a row that is not what was agreed")
    page = mapping(answer.get("pagination")) or {}
    has_more = page.get("has_more")
    # Where the page does not say, look on: a further page costs one request, a missed row an order.
    return LogPage(rows=known, has_more=has_more if isinstance(has_more, bool) else bool(known))


def _log_row(entry: Mapping[str, object]) -> LogRow | None:
    created = moment(entry.get("created"))
    status = plain_text(entry.get("status"), 40).lower()
    inference_id = identifier(entry.get("inference_id"))
    client_request_id = entry.get("client_request_id")
    named = client_request_id is None or isinstance(client_request_id, str)
    if created is None or inference_id is None or status not in ("succeeded", "failed") or not named:
        return None
    credits = _charged_credits(mapping(entry.get("cost")) or {})
    return LogRow(
        created=created,
        succeeded=status == "succeeded",
        model=plain_text(entry.get("model"), 200),
        credits=credits or 0,
        inference_id=inference_id,
        client_request_id=plain_text(client_request_id, 200) or None,
        request_id=identifier(entry.get("request_id")),
        is_charge_told=credits is not None or status == "failed",
    )


def _charged_credits(cost: Mapping[str, object]) -> int | None:
    """The charge of a row; by its dollars where it has no credits. None where neither makes sense."""
    if cost.get("credits") is not None:
        return whole_number(cost.get("credits"))
    usd = decimal_number(cost.get("usd"))
    return None if usd is None else whole_number(usd * _CREDITS_PER_USD)


def sum_up(rows: Iterable[LogRow], *, complete: bool) -> Charged:
    """What rows of the log amount to, each inference counted once.

    A row can come twice, because new rows push older ones onto the next page while it is being read. Of two that
    differ, the dearer counts: a charge lands some time after its row.
    """
    by_inference: dict[str, LogRow] = {}
    for row in rows:
        known = by_inference.get(row.inference_id)
        if known is None or row.credits > known.credits:
            by_inference[row.inference_id] = row
    return Charged(rows=tuple(by_inference.values()), complete=complete)


def read_balance(status_code: int, headers: Mapping[str, str], body: bytes) -> Balance:
    """Read GET /v2/billing. Raises UnreadableAnswer without a number, and the errors of `read_error` beyond 2xx."""
    raise_for_status(status_code, headers, body)
    answer = json_object(body) or {}
    amount = decimal_number(answer.get("current_balance"))
    if amount is None:
        raise unreadable(status_code, headers, body, "a balance without a number")
    micros = int((amount * MICROS_PER_USD).to_integral_value(ROUND_FLOOR))
    return Balance(micros=micros, currency=plain_text(answer.get("currency"), 10).upper() or "USD")


def read_pricing(status_code: int, headers: Mapping[str, str], body: bytes, *, model: str = "") -> Pricing:
    """Read GET /v1/models?id=…&include=pricing: the price list of `model`, or of the only model in the answer.

    A list that is missing, of an unknown shape, or not in dollars reads as one without rates. Raises UnreadableAnswer
    where the answer is no list of models, and the errors of `read_error` for other statuses than 2xx.
    """
    raise_for_status(status_code, headers, body)
    answer = json_object(body)
    entries = answer.get("data", [answer]) if answer is not None else None
    if not isinstance(entries, list):
        raise unreadable(status_code, headers, body, "a price list that is no list of models")
    known = [fields for entry in entries if (fields := mapping(entry)) is not None]
    named = [fields for fields in known if model and _is_named(fields, model)]
    chosen = named or (known if len(known) == 1 and not model else [])
    pricing = mapping(chosen[0].get("pricing")) if chosen else None
    return Pricing(rates=_rates(pricing) if pricing is not None else ())


def _is_named(fields: Mapping[str, object], model: str) -> bool:
    aliases = fields.get("aliases")
    names = [fields.get("id"), *(aliases if isinstance(aliases, list) else [])]
    return any(isinstance(name, str) and name.lower() == model.lower() for name in names)


def _rates(pricing: Mapping[str, object]) -> tuple[Rate, ...]:
    if plain_text(pricing.get("currency") or "USD", 10).upper() != "USD":
        return ()
    kind = pricing.get("kind")
    lines = pricing.get("variants") if kind == "variants" else pricing.get("units") if kind in ("fixed", None) else None
    if not isinstance(lines, list) or (kind != "variants" and len(lines) != 1):
        # Several units of a fixed price add up in ways that the reference does not tell.
        return ()
    rates = [_rate(mapping(line) or {}) for line in lines]
    # One line that cannot be read could be the one that applies: then no price is certain.
    return tuple(rate for rate in rates if rate is not None) if None not in rates else ()


def _rate(line: Mapping[str, object]) -> Rate | None:
    price, per = decimal_number(line.get("price")), decimal_number(line.get("per"))
    unit = plain_text(line.get("unit") or line.get("name"), 40).lower()
    when = mapping(line.get("when") or {})
    if price is None or per is None or price < 0 or per <= 0 or not unit or when is None:
        return None
    return Rate(
        micros=price * MICROS_PER_USD / per,
        unit=unit,
        when=tuple((name, plain_text(value, 40).lower()) for name, value in when.items()),
    )
