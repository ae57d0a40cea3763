"""What every long-running part has in common: logging, /metrics, and an orderly stop on a signal."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable

import structlog
from prometheus_client import start_http_server

from stream import metrics
from stream.errors import TocsinError
from stream.settings import Settings

log = structlog.get_logger(__name__)

PARENT_VARIABLE = "TOCSIN_PARENT"
"""Names the supervisor's process to its children."""

Main = Callable[[Settings, asyncio.Event], Awaitable[None]]
"""A part's main: works until the event is set, then puts its things in order and returns."""


def configure_logging(settings: Settings) -> None:
    """Send structlog's and the standard library's lines to stderr in one format."""
    level = getattr(logging, settings.log_level.upper())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([structlog.processors.format_exc_info] if settings.log_format == "json" else []),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # Not the pretty one: it prints local variables, secrets among them.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    others = logging.INFO if level == logging.DEBUG else max(level, logging.WARNING)
    for chatty in ("aiokafka", "faust", "mode", "trafilatura", "htmldate", "urllib3", "asyncio"):
        logging.getLogger(chatty).setLevel(others)
    # Several lines a second while a broker is away; the parts say that themselves, once for each attempt.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)


def serve_metrics(settings: Settings) -> None:
    """Serve this process's /metrics in a thread of its own, unless the port is 0."""
    if not settings.metrics_port:
        return
    try:
        start_http_server(settings.metrics_port, addr=settings.metrics_host, registry=metrics.REGISTRY)
    except OSError as error:
        raise TocsinError(
            f"port {settings.metrics_port} for /metrics is taken ({error}); "
            "set TOCSIN_METRICS_PORT to another, or 0 for none"
        ) from error


def run_part(name: str, main: Main, settings: Settings) -> None:
    """Run a part until SIGINT or SIGTERM asks it to stop."""
    configure_logging(settings)
    structlog.contextvars.bind_contextvars(part=name)
    serve_metrics(settings)
    asyncio.run(_until_stopped(main, settings))


async def _until_stopped(main: Main, settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    guard = asyncio.create_task(_stop_with_parent(stop))
    try:
        await main(settings, stop)
    finally:
        guard.cancel()


async def _stop_with_parent(stop: asyncio.Event) -> None:
    """Stop when the supervisor that started this process is gone, even by kill -9, so that no part is orphaned."""
    parent = os.environ.get(PARENT_VARIABLE)
    while parent and not stop.is_set():
        if os.getppid() != int(parent):
            log.warning("the supervisor is gone, stopping")
            stop.set()
        await asyncio.sleep(1.0)
