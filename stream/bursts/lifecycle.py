"""The life of an alert: detected once, updated when it matters, resolved when its story ends.

```
            significant, new, diplomatic,              grown by the factor, or
            told by enough origins                     act or modality moved on
  (quiet) ───────────────────────────▶ detected ──────────────────────────────▶ updated ─┐
     │                                    │                                        │  ▲   │ at most max_updates
     │ story closes or is merged          │ story closes or is merged              │  └───┘
     ▼                                    ▼                                        ▼
  (closed, silent)                     resolved ◀──────────────────────────────────┘
```

Streams deliver at least once. An update that is older than what was seen changes nothing; if it is the very one that
raised an alert, the same alert with the same id is given again, since the worker may have died after the state was
kept and before the alert was sent, and whoever delivers alerts knows ids. So no crash loses an alert and none makes a
second one.

A planned event rings (the announcement is the news) and so does a denial (a denial by a state is an act of a state);
the reason says which. When the plan becomes reality, or what was reported is denied, the alert is updated. Flapping
cannot ring again and again: each pair of act and modality is told once, only when another origin has joined, and a
modality never goes back from done to planned.
"""

from __future__ import annotations

from msgspec.structs import replace

from stream.bursts.growth import bursts, report
from stream.bursts.reasons import HOW_SURE, reason_of
from stream.bursts.significance import Window, busiest
from stream.bursts.state import MAX_EVIDENCE, BurstRules, BurstState, Ring, cause_of
from stream.ids import alert_id
from stream.records import Alert, AlertState, StoryUpdate


def detect(state: BurstState | None, update: StoryUpdate, rules: BurstRules) -> tuple[BurstState, list[Alert]]:
    """Return the story's next state and the alerts that the update raises (none or one).

    Args:
        state: what the last call for this story returned; None for a story never seen.
        update: a change of the story, with the story as it stands after it.
        rules: when to ring.
    """
    state = state or BurstState()
    if update.kind == "heartbeat":
        return state, [_heartbeat(update)]
    cause = cause_of(update)
    if _is_old(state, update, cause):
        return state, [_alert(state, update, ring) for ring in state.rings if ring.cause == cause]
    state = _remember(state, update, cause, rules)
    ring = _ring(state, update, cause, rules)
    if ring is None:
        return state, []
    state = replace(state, rings=(*state.rings, ring))
    return state, [_alert(state, update, ring)]


def _is_old(state: BurstState, update: StoryUpdate, cause: str) -> bool:
    return state.closed or update.articles < state.articles or cause == state.cause


def _remember(state: BurstState, update: StoryUpdate, cause: str, rules: BurstRules) -> BurstState:
    window = busiest(update.origin_times, update.background)
    peak = window if state.peak is None or window.significance > state.peak.significance else state.peak
    evidence = state.evidence
    article = update.article
    if article and len(evidence) < MAX_EVIDENCE and all(seen.origin != article.origin for seen in evidence):
        evidence = (*evidence, article)
    closed = update.change == "closed" or update.merged_into is not None
    burst_at, reports = state.burst_at, state.reports
    if burst_at is None and not closed:
        reports = report(reports, article)
        if bursts(update, peak, reports, rules):
            burst_at, reports = update.at, ()
    return replace(
        state,
        articles=update.articles,
        cause=cause,
        peak=peak,
        burst_at=burst_at,
        reports=() if closed else reports,
        evidence=() if closed and not state.rang else evidence,
        closed=closed,
    )


def _ring(state: BurstState, update: StoryUpdate, cause: str, rules: BurstRules) -> Ring | None:
    """Return the ring that the update calls for, if any."""
    if state.closed:
        return _make(state, update, cause, "resolved") if state.rang else None
    if not state.rang:
        rings = (
            len(update.origins) >= rules.min_origins
            and _peak(state, update).significance >= rules.min_significance
            and update.diplomatic >= rules.min_diplomatic
        )
        return _make(state, update, cause, "detected") if rings else None
    why = _why_update(state, update, rules)
    return _make(state, update, cause, "updated", why) if why else None


def _make(state: BurstState, update: StoryUpdate, cause: str, kind: AlertState, why: str = "") -> Ring:
    return Ring(
        state=kind,
        number=sum(ring.state == kind for ring in state.rings),
        cause=cause,
        origins=len(update.origins),
        act=update.act,
        modality=update.modality,
        window=_peak(state, update),
        before=state.rings[-1].origins if state.rings else 0,
        why=why,
    )


def _why_update(state: BurstState, update: StoryUpdate, rules: BurstRules) -> str:
    """Say what makes the update worth an alert; an empty string when nothing does."""
    last = state.rings[-1]
    if len(state.rings) > rules.max_updates or len(update.origins) <= last.origins:
        return ""
    if len(update.origins) >= rules.update_factor * last.origins:
        return f"grown from {last.origins} origins"
    told = {(ring.act, ring.modality) for ring in state.rings}
    if (update.act, update.modality) in told or update.act is None:
        return ""
    if update.act != last.act:
        return f"now {update.act}, before {last.act or 'no act'}"
    if update.modality and HOW_SURE[update.modality] > HOW_SURE.get(last.modality, 0):
        return f"now {update.modality}, before {last.modality or 'unknown'}"
    return ""


def _peak(state: BurstState, update: StoryUpdate) -> Window:
    return state.peak or busiest(update.origin_times, update.background)


def _alert(state: BurstState, update: StoryUpdate, ring: Ring) -> Alert:
    """Return the alert of a ring: the same ring and update always give the same alert."""
    seen = set(update.origins)
    return Alert(
        id=alert_id(update.story, ring.state, ring.number),
        state=ring.state,
        story=update.story,
        at=update.at,
        title=update.title,
        lang=update.lang,
        articles=update.articles,
        origins=update.origins,
        languages=update.languages,
        parties=update.parties,
        place=update.place,
        event_date=update.event_date,
        act=update.act,
        modality=update.modality,
        diplomatic=update.diplomatic,
        significance=round(ring.window.significance, 3),
        background=update.background,
        reason=reason_of(ring, update),
        # By the time an update is delivered again, origins that came after it may be known.
        evidence=[article for article in state.evidence if article.origin in seen],
        fetched=update.article.fetched if update.article else update.at,
    )


def _heartbeat(update: StoryUpdate) -> Alert:
    cause = update.article.id if update.article else repr(update.at)
    return Alert(
        kind="heartbeat",
        id=alert_id("heartbeat", cause),
        state="detected",
        story="heartbeat",
        at=update.at,
        title=update.title,
        lang=update.lang,
        articles=update.articles,
        origins=update.origins,
        languages=update.languages,
        parties=[],
        place=None,
        event_date=None,
        act=None,
        modality=None,
        diplomatic=0.0,
        significance=0.0,
        background=update.background,
        reason="heartbeat",
        evidence=[update.article] if update.article else [],
        fetched=update.article.fetched if update.article else update.at,
    )
