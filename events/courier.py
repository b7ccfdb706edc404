"""Delivering: threads beside a worker's tasks take what is due, send it, and write down what came of it.

Each delivery is taken for the length of a lease. A worker that is killed after sending and before writing leaves it to
be sent again: at least once, with the same event id.
"""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import Error, connections, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from bulk import pulse
from console import audit, sealing, signing
from console.version import VERSION
from events import watching
from events.models import GIVE_UP_AFTER, Delivery, DeliveryState, Webhook
from events.sending import Answer, Line

logger = structlog.get_logger("events.courier")
RECEIVERS_AT_ONCE = 8
PAUSE_SECONDS = 1.0
TURN_SECONDS = 20.0  # then a receiver's turn ends: others wait
FIRST_PAUSE_SECONDS = 10
LONGEST_PAUSE_SECONDS = 6 * 3600
LONGEST_HOLD_SECONDS = 300  # a receiver that failed is tried with one delivery at a time


def take(webhook_pk: int) -> Delivery | None:
    """Take the webhook's next due delivery for the length of a lease."""
    with transaction.atomic():
        rows = Delivery.objects.due().filter(webhook_id=webhook_pk).select_related("webhook", "event")
        locked = rows.select_for_update(of=("self",), skip_locked=True)
        delivery: Delivery | None = locked.order_by("due_at", "pk").first()
        if delivery is not None:
            delivery.tries += 1
            delivery.due_at = timezone.now() + pulse.lease()
            delivery.save(update_fields=["tries", "due_at"])
    return delivery


def serve(webhook_pk: int) -> int:
    """Send what is due to one webhook, until something fails or its turn is over. Returns how many were taken."""
    ends, sent = time.monotonic() + TURN_SECONDS, 0
    with Line() as line:
        while time.monotonic() < ends and (delivery := take(webhook_pk)) is not None:
            answer = send(line, delivery)
            settle(delivery, answer)
            sent += 1
            if not answer.is_good:
                break
    return sent


def send(line: Line, delivery: Delivery) -> Answer:
    """One try."""
    body = delivery.event.body.encode()
    try:
        secrets = secrets_of(delivery.webhook)
    except sealing.Unsealable:
        return Answer(error="Its secret was sealed with a key that is gone: rotate it.")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Console/{VERSION}",
        "Console-Event": delivery.event.type,
        "Console-Event-Id": str(delivery.event.event_id),
        "Console-Delivery": str(delivery.delivery_id),
        "Console-Try": str(delivery.tries),
        "Console-Signature": signing.header(secrets, int(time.time()), body),
    }
    return line.post(delivery.webhook.url, body, headers)


def secrets_of(webhook: Webhook) -> list[str]:
    """What signs now: the secret and, while it overlaps, the former one. Raises ``Unsealable``."""
    sealed = [webhook.sealed_secret]
    if webhook.former_until is not None and webhook.former_until > timezone.now():
        sealed.append(webhook.sealed_former_secret)
    return [sealing.unseal(text) for text in sealed if text]


@transaction.atomic
def settle(delivery: Delivery, answer: Answer) -> None:
    """Write down what came of a try, unless another worker has taken the delivery meanwhile."""
    now = timezone.now()
    mine = Delivery.objects.filter(pk=delivery.pk, tries=delivery.tries, state=DeliveryState.WAITING)
    tried = {"last_tried_at": now, "last_status": answer.status, "last_error": str(answer.error)}
    webhook = Webhook.objects.filter(pk=delivery.webhook_id)
    if answer.is_good:
        mine.update(state=DeliveryState.DELIVERED, delivered_at=now, due_at=None, **tried)
        webhook.filter(failures__gt=0).update(failures=0, failing_since=None, hold_until=None)
        return
    due = now + pause(delivery.tries - delivery.tries_before)
    is_over = due > delivery.give_up_at
    if not mine.update(
        state=DeliveryState.FAILED if is_over else DeliveryState.WAITING, due_at=None if is_over else due, **tried
    ):
        return
    hold = now + pause(delivery.webhook.failures + 1, LONGEST_HOLD_SECONDS)
    webhook.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", now), hold_until=hold)
    stop_failing(delivery.webhook_id, now, is_gone=answer.is_gone)


def pause(tries: int, longest: int = LONGEST_PAUSE_SECONDS) -> timedelta:
    """How long to wait after so many tries: twice as long each time, never all at the same moment."""
    seconds = min(FIRST_PAUSE_SECONDS * 2 ** min(max(tries, 1) - 1, 20), longest)
    return timedelta(seconds=seconds * random.uniform(0.9, 1.1))  # noqa: S311  (spreads load, hides nothing)


def stop_failing(webhook_pk: int, now: datetime, *, is_gone: bool) -> None:
    """Switch a webhook off that has failed for days, or whose receiver says that it is gone."""
    webhook = Webhook.objects.select_for_update().get(pk=webhook_pk)
    has_failed_long = webhook.failing_since is not None and webhook.failing_since <= now - GIVE_UP_AFTER
    if not webhook.enabled or not (is_gone or has_failed_long):
        return
    before = webhook.audited_values()
    webhook.enabled, webhook.stopped_at = False, now
    webhook.save(update_fields=["enabled", "stopped_at", "updated_at"])
    webhook.deliveries.filter(state=DeliveryState.WAITING).update(state=DeliveryState.FAILED, due_at=None)
    with audit.acting(audit.Actor(door="task", person=lambda: ("task", "", "delivery"))):
        audit.changed(webhook, before)
    logger.warning("webhook_stopped", webhook=str(webhook.webhook_id))


class Courier(threading.Thread):
    """Delivers until the process ends: each receiver in a thread of its own, so that a slow one delays nobody."""

    def __init__(self) -> None:
        super().__init__(name="courier", daemon=True)
        self.busy: set[int] = set()
        self.watched = 0.0

    def run(self) -> None:
        """Look, hand out, wait, look."""
        with ThreadPoolExecutor(RECEIVERS_AT_ONCE, thread_name_prefix="courier") as threads:
            while True:
                try:
                    self.once(threads)
                except Error as error:
                    logger.warning("courier_failed", error=type(error).__name__)
                finally:
                    connections.close_all()
                time.sleep(PAUSE_SECONDS)

    def once(self, threads: ThreadPoolExecutor) -> None:
        """Give a thread to each webhook with something due that has none; now and then, look at registrations."""
        if time.monotonic() - self.watched > settings.JOB_LEASE_SECONDS / 3:
            self.watched = time.monotonic()
            watching.watch()
        due = Delivery.objects.due().exclude(webhook_id__in=self.busy).order_by()
        for webhook_pk in due.values_list("webhook_id", flat=True).distinct()[:RECEIVERS_AT_ONCE]:
            self.busy.add(webhook_pk)
            threads.submit(self.work, webhook_pk)

    def work(self, webhook_pk: int) -> None:
        """Serve one webhook in a thread of the pool."""
        try:
            serve(webhook_pk)
        except Error as error:
            logger.warning("delivery_failed", error=type(error).__name__)
        except Exception:
            logger.exception("delivery_broke")
        finally:
            self.busy.discard(webhook_pk)
            connections.close_all()
