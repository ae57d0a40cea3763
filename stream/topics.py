"""The streams: names, partitions, retention. The one place that knows them."""

from dataclasses import dataclass, field

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Stream:
    """A Kafka topic that Tocsin owns.

    Attributes:
        name: the topic's name, without the prefix of settings.
        partitions: how many.
        retention_ms: how long records are kept.
        doc: what it carries, for the docs' table.
    """

    name: str
    partitions: int
    retention_ms: int
    key: str
    record: str
    doc: str = field(default="")
    compact: bool = False

    @property
    def config(self) -> dict[str, str]:
        """Topic configuration as Kafka takes it."""
        if self.compact:
            return {"cleanup.policy": "compact"}
        return {"cleanup.policy": "delete", "retention.ms": str(self.retention_ms)}


RAW = Stream("articles.raw", 8, 3 * DAY_MS, "site", "RawArticle", "what the pollers fetched")
CLEAN = Stream("articles.clean", 8, 3 * DAY_MS, "article id", "CleanArticle", "articles' own words")
EMBEDDED = Stream("articles.embedded", 1, 3 * DAY_MS, "desk", "EmbeddedArticle", "vectors and understanding")
STORIES = Stream("stories", 8, 14 * DAY_MS, "story id", "StoryUpdate", "every change of every story")
ALERTS = Stream("alerts", 8, 30 * DAY_MS, "story id", "Alert", "what subscribers get")
REJECTED = Stream("articles.rejected", 1, 14 * DAY_MS, "as the source", "DeadLetter", "what a stage refused")
UNDELIVERED = Stream(
    "deliveries.failed", 1, 30 * DAY_MS, "alert id", "DeadLetter", "alerts that no retry could deliver"
)

WORKER_GROUP = "tocsin-worker"
"""Consumer group of the workers; Faust derives the names of its changelogs from it."""

DESK_CHANGELOG = Stream(
    f"{WORKER_GROUP}-desk-changelog", 1, 0, "desk/story id", "StoryState", "the desks' windows", compact=True
)
BURSTS_CHANGELOG = Stream(
    f"{WORKER_GROUP}-bursts-changelog", 8, 0, "story id", "BurstState", "each story's alert life cycle", compact=True
)


def table_of(changelog: str, group: str) -> str:
    """Return the name of the Faust table whose changelog is the topic `changelog`."""
    return changelog.removeprefix(f"{group}-").removesuffix("-changelog")


ALL = (RAW, CLEAN, EMBEDDED, STORIES, ALERTS, REJECTED, UNDELIVERED, DESK_CHANGELOG, BURSTS_CHANGELOG)
