"""Every setting: an environment variable `TOCSIN_<NAME>`, with its default and meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from stream.errors import TocsinError


class Settings(BaseSettings):
    """The settings of one process; `docs/settings.md` is checked against this class."""

    model_config = SettingsConfigDict(env_prefix="TOCSIN_", env_file=None, extra="ignore", frozen=True)

    data: Path = Field(
        Path("var"), description="folder of everything durable: broker log, feed state, subscribers, tables"
    )
    kafka: str | None = Field(
        None, description="bootstrap servers, host:port[,host:port]; none starts the embedded broker"
    )
    broker_port: int = Field(19092, description="port of the embedded broker", ge=0, le=65535)
    broker_host: str = Field("127.0.0.1", description="address the embedded broker binds to and advertises")
    broker_retention_bytes: int = Field(
        2**30, description="size at which the embedded broker drops a partition's oldest segments"
    )
    broker_fsync_seconds: float = Field(
        1.0, description="how often the embedded broker flushes to disk; 0 flushes each append"
    )
    topic_prefix: str = Field(
        "", description="put before every stream's name, so that installations can share a cluster"
    )
    replication: int = Field(1, description="replication factor of created streams", ge=1)
    desk: str = Field("world", description="name of the desk whose windows the worker keeps")
    feeds: Path | None = Field(None, description="OPML file of feeds; none takes the list shipped with Tocsin")
    poll_interval: float = Field(300.0, description="seconds between two polls of a feed", gt=0)
    poll_timeout: float = Field(20.0, description="seconds a feed may take to answer", gt=0)
    poll_max_bytes: int = Field(5_000_000, description="largest feed body accepted, after decompression", gt=0)
    poll_concurrency: int = Field(32, description="feeds fetched at once", ge=1)
    poll_per_host: int = Field(2, description="feeds fetched at once from one host", ge=1)
    allow_private: bool = Field(False, description="allow feeds and webhooks on private and loopback addresses")
    user_agent: str = Field("Tocsin/0.1 (+https://github.com/tocsin/tocsin)", description="how the poller names itself")
    heartbeat_seconds: float = Field(
        30.0, description="how often a heartbeat article is sent through the path; 0 never", ge=0
    )
    embedder: Literal["auto", "e5", "use"] = Field(
        "auto", description="dense model; auto takes e5 where it is installed, else use"
    )
    min_origins: int = Field(3, description="independent origins that an alert needs", ge=1)
    min_diplomatic: float = Field(0.5, description="probability of being diplomatic that an alert needs", ge=0, le=1)
    min_significance: float = Field(3.0, description="-log10 probability by chance that a burst needs", ge=0)
    web_host: str = Field("127.0.0.1", description="address of the page and API")
    web_port: int = Field(8080, description="port of the page and API", ge=0, le=65535)
    metrics_host: str = Field("127.0.0.1", description="address of each process's /metrics")
    metrics_port: int = Field(9464, description="port of this process's /metrics; 0 turns it off", ge=0, le=65535)
    log_format: Literal["console", "json"] = Field("console", description="how log lines are written")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level that is logged")

    @property
    def bootstrap(self) -> str:
        """Where the Kafka protocol is spoken: the named cluster, else the embedded broker."""
        return self.kafka or f"{self.broker_host}:{self.broker_port}"

    def topic(self, name: str) -> str:
        """Return a stream's full name."""
        return self.topic_prefix + name


def load(**overrides: object) -> Settings:
    """Return the settings of the environment with `overrides` (None means not given).

    Raises:
        TocsinError: a value is not valid; the message names the variable.
    """
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "TOCSIN_" + "_".join(str(p) for p in first["loc"]).upper()
        raise TocsinError(f"{name}={first['input']!r} is not valid: {first['msg']}") from error
