"""``/metrics`` for Prometheus: what happened in this process, and what the database says at the scrape."""

from __future__ import annotations

import hmac
import os
import shutil
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

SHARED_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"  # the client library reads it when it is imported
registry = CollectorRegistry()
request_seconds = Histogram(
    "console_request_seconds", "How long requests took, by route.", ["method", "route", "status"], registry=registry
)
authentications = Counter(
    "console_authentications", "Answers of the authentication webhook.", ["outcome", "reason"], registry=registry
)
throttled = Counter("console_throttled", "Requests refused by a limit.", ["limit"], registry=registry)

Reading = tuple[str, str, float]  # name, what it is, value
gauges: list[Callable[[], Iterator[Reading]]] = []  # apps add theirs: asked at each scrape


class Gauges:
    """Asks every registered source at scrape time; a database that does not answer leaves its gauges out."""

    def collect(self) -> Iterator[Metric]:
        """Yield one metric a reading."""
        for source in gauges:
            try:
                readings = list(source())
            except DatabaseError:
                continue
            for name, text, value in readings:
                yield GaugeMetricFamily(f"console_{name}", text, value=value)


gauges_at_scrape = Gauges()
registry.register(gauges_at_scrape)


def readable() -> CollectorRegistry:
    """What a scrape reads: this process's own numbers or, where several serve, the sums that they keep in files."""
    if SHARED_DIRECTORY not in os.environ:
        return registry
    summed = CollectorRegistry()
    MultiProcessCollector(summed)  # type: ignore[no-untyped-call]
    summed.register(gauges_at_scrape)
    return summed


def share(directory: Path) -> None:
    """Have the processes that start from here on count together, in files of ``directory``, from nothing."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    os.environ[SHARED_DIRECTORY] = str(directory)


def pool() -> Iterator[Reading]:
    """How the PostgreSQL connection pool fares; SQLite has none."""
    made = getattr(connection, "pool", None) if connection.vendor == "postgresql" else None
    if made is not None:
        stats = made.get_stats()
        yield "pool_size", "Open database connections.", stats.get("pool_size", 0)
        yield "pool_available", "Database connections that nobody uses.", stats.get("pool_available", 0)
        yield "pool_waiting", "Requests that wait for a connection.", stats.get("requests_waiting", 0)


def tasks() -> Iterator[Reading]:
    """How long the background worker's queue is."""
    from django_tasks_db.models import DBTaskResult

    yield "tasks_ready", "Background tasks that wait for a worker.", DBTaskResult.objects.ready().count()


gauges += [pool, tasks]


def observe(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """Count one request under its route, never under its path: paths hold ids."""
    match = request.resolver_match
    route = match.route if match is not None else "(none)"
    request_seconds.labels(request.method, route, response.status_code).observe(seconds)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Serve the metrics to who knows METRICS_TOKEN or, where none is set, to this machine; else 404."""
    if not may_read(request):
        raise Http404
    return HttpResponse(generate_latest(readable()), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """Whether the caller shows the token or, without one, comes from loopback with no proxy in between."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), settings.METRICS_TOKEN.encode())
    try:
        source = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return source.is_loopback and not settings.TRUSTED_PROXIES
