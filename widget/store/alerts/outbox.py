"""The outbox of alerts. One process at a time sends a delivery, and each keeps its result."""

import secrets
from dataclasses import dataclass
from typing import Any

import msgspec

from widget.alerts.delivery import MOST_TRIES, Outcome
from widget.alerts.event import Message
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import ActScript, store_errors

ONCE_S = 24 * 3600
MORNING_ONCE_S = 2 * 86400  # longer than a mail can be late
MOST_A_DAY = 5
CLAIM_S = 120  # longer than any attempt takes
KEPT_S = 30 * 86400
LISTED = 20
TEST_EVERY_S = 10


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process has claimed.

    :param tries: attempts so far, this one included.
    """

    id: str
    channel: str
    tries: int
    made_s: int
    message: Message


@dataclass(frozen=True, slots=True)
class Listed:
    """A delivery in the list of recent alerts.

    :param state: waiting, sent or given up.
    :param said: detail of the last attempt's result.
    :param at_s: time of the last attempt, 0 before any.
    """

    channel: str
    message: Message
    made_s: int
    tries: int
    state: str
    said: str
    at_s: int


def new_message_id() -> str:
    return f"msg_{secrets.token_hex(12)}"


class Outbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._notice = ActScript(connection, "desk/alert_notice.lua")
        self._claim = ActScript(connection, "desk/alert_claim.lua")
        self._settle = ActScript(connection, "desk/alert_settle.lua")

    def may_look(self, *, every_s: float) -> bool:
        """Return True to one process of all that share the store, once in this time."""
        with store_errors():
            client = self._connection.client
            return bool(client.set(keys.watch(), 1, nx=True, px=int(every_s * 900)))

    def had_alert(self, site_key: str, article_id: str) -> bool:
        with store_errors():
            return bool(self._connection.client.exists(keys.alerted(site_key, article_id)))

    def notice(
        self,
        site_key: str,
        article_id: str,
        message: Message,
        channels: tuple[str, ...],
        *,
        now_s: int,
    ) -> bool:
        """Put a message in the outbox for each channel.

        Return False if the article has had its alert or the site has had enough of them today.
        """
        once = keys.alerted(site_key, article_id)
        most = {"most": MOST_A_DAY}
        return self._put(site_key, once, message, channels, most, once_s=ONCE_S, now_s=now_s)

    def had_flag(self, site_key: str, flag_id: str) -> bool:
        with store_errors():
            return bool(self._connection.client.exists(_flag_key(site_key, flag_id)))

    def flag(
        self,
        site_key: str,
        flag_id: str,
        message: Message,
        channels: tuple[str, ...],
        *,
        now_s: int,
    ) -> bool:
        """Put a message about a flag in the outbox, as :meth:`notice` does about an article."""
        once, most = _flag_key(site_key, flag_id), {"most": MOST_A_DAY}
        return self._put(site_key, once, message, channels, most, once_s=ONCE_S, now_s=now_s)

    def had_morning(self, site_key: str, due_s: int) -> bool:
        with store_errors():
            return bool(self._connection.client.exists(keys.morning_sent(site_key, due_s)))

    def morning(self, site_key: str, due_s: int, message: Message, *, now_s: int) -> bool:
        """Put the morning mail that was due at a time in the outbox.

        Return False if another process has done so. An alert more or less does not matter to it.
        """
        once = keys.morning_sent(site_key, due_s)
        return self._put(site_key, once, message, ("mail",), {}, once_s=MORNING_ONCE_S, now_s=now_s)

    def _put(
        self,
        site_key: str,
        once: str,
        message: Message,
        channels: tuple[str, ...],
        most: dict[str, int],
        *,
        once_s: int,
        now_s: int,
    ) -> bool:
        ids = [f"{message.id}:{channel}" for channel in channels]
        names = (
            once,
            keys.alerts_of_day(site_key, now_s // 86400),
            keys.alerts_due(site_key),
            keys.alert_log(site_key),
            *(keys.alert_delivery(site_key, each) for each in ids),
        )
        act = {
            "now": now_s,
            "once_s": once_s,
            "kept_s": KEPT_S,
            "listed": LISTED,
            "message": msgspec.json.encode(message).decode(),
            "ids": ids,
            **most,
        }
        with store_errors():
            return int(self._notice(names, act)) == 1

    def claim(self, site_key: str, *, now_s: int) -> Claimed | None:
        """Claim the delivery that is due first, so that no other process sends it meanwhile."""
        names = (keys.alerts_due(site_key), keys.outbox(site_key))
        with store_errors():
            found = self._claim(names, {"now": now_s, "lease_s": CLAIM_S, "most": MOST_TRIES})
        if not found:
            return None
        delivery_id = found[0].decode()
        return Claimed(delivery_id, _channel(delivery_id), found[1], found[2], _message(found[3]))

    def settle(
        self, site_key: str, claimed: Claimed, outcome: Outcome, *, next_s: int | None, now_s: int
    ) -> None:
        state = "sent" if outcome.arrived else "given up" if next_s is None else "waiting"
        names = (keys.alert_delivery(site_key, claimed.id), keys.alerts_due(site_key))
        act = {
            "id": claimed.id,
            "attempt": claimed.tries,
            "state": state,
            "said": outcome.detail,
            "now": now_s,
        }
        if next_s is not None:
            act["next"] = next_s
        with store_errors():
            self._settle(names, act)

    def may_test(self, site_key: str) -> bool:
        """Return whether a test may be sent now: a site gets one in 10 seconds."""
        with store_errors():
            key = keys.alert_test(site_key)
            return bool(self._connection.client.set(key, 1, nx=True, ex=TEST_EVERY_S))

    def keep_test(
        self, site_key: str, message: Message, channel: str, outcome: Outcome, *, now_s: int
    ) -> None:
        """List a test that has been sent."""
        delivery_id = f"{message.id}:{channel}"
        key = keys.alert_delivery(site_key, delivery_id)
        log = keys.alert_log(site_key)
        state = "sent" if outcome.arrived else "given up"
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            pipe.hset(
                key,
                mapping={
                    "m": msgspec.json.encode(message),
                    "made": now_s,
                    "n": 1,
                    "s": state,
                    "said": outcome.detail,
                    "at": now_s,
                },
            )
            pipe.expire(key, KEPT_S)
            pipe.zadd(log, {delivery_id: now_s})
            pipe.zremrangebyrank(log, 0, -1 - LISTED)
            pipe.execute()

    def latest(self, site_key: str) -> list[Listed]:
        """Return the latest deliveries of the last 30 days, newest first."""
        with store_errors():
            client = self._connection.client
            ids = [raw.decode() for raw in client.zrevrange(keys.alert_log(site_key), 0, -1)]
            pipe = client.pipeline(transaction=False)
            for each in ids:
                pipe.hgetall(keys.alert_delivery(site_key, each))
            found = pipe.execute()
        return [_listed(each, fields) for each, fields in zip(ids, found, strict=True) if fields]


def _flag_key(site_key: str, flag_id: str) -> str:
    article_id, _, number = flag_id.rpartition("-")
    return keys.alerted_flag(site_key, article_id, int(number))


def _listed(delivery_id: str, fields: dict[bytes, bytes]) -> Listed:
    def text(name: bytes) -> str:
        return fields.get(name, b"").decode()

    return Listed(
        _channel(delivery_id),
        _message(fields[b"m"]),
        int(fields[b"made"]),
        int(fields[b"n"]),
        text(b"s"),
        text(b"said"),
        int(text(b"at") or 0),
    )


def _channel(delivery_id: str) -> str:
    return delivery_id.rpartition(":")[2]


def _message(raw: Any) -> Message:
    return msgspec.json.decode(raw, type=Message)
