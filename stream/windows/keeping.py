"""Stories to states and back: `restore(keep(story))` equals `story` in everything that decides."""

from __future__ import annotations

import numpy as np

from stream.windows.state import MemberState, OriginalState, StoryState
from stream.windows.story import MAX_RECENT, Key, Member, Original, Story
from stream.windows.understanding import Understanding
from stream.windows.vectors import pack, unpack


def keep(story: Story) -> StoryState:
    """Return what must be kept of a story."""
    return StoryState(
        story=story.id,
        founder=story.founder,
        title=story.title,
        lang=story.lang,
        has_body=story.has_body,
        first=story.first,
        last=story.last,
        articles=story.articles,
        raw=pack(story.raw, "i1"),
        founding=_keep_member(story.founding),
        # While the founder is among the latest members it need not be kept twice.
        recent=[_keep_member(member) for member in story.recent if member is not story.founding],
        total=pack(story.total, "<i2"),
        summed=story.summed,
        words=pack(story.words, "<u4"),
        weights=pack(story.weights, "<u4"),
        keys=pack(np.array([entry.key for entry in story.keys], dtype=np.uint64), "<u8"),
        key_origins=pack([entry.origin for entry in story.keys], "<u2"),
        key_originals=pack([entry.original for entry in story.keys], "<i2"),
        originals=[OriginalState(one.id, one.fingerprint, one.time, one.origin) for one in story.originals],
        origins=list(story.origins),
        origin_times=list(story.origin_times),
        languages=dict(story.languages),
        votes={question: dict(ballots) for question, ballots in story.about.votes.items()},
        weight=story.about.weight,
        diplomatic=story.about.diplomatic_sum,
    )


def restore(state: StoryState) -> Story:
    """Return the story that was kept."""
    columns = (unpack(state.keys, "<u8"), unpack(state.key_origins, "<u2"), unpack(state.key_originals, "<i2"))
    keys = [Key(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]
    founding = _restore_member(state.founding)
    founder_too = [founding] if state.summed <= MAX_RECENT else []
    story = Story(
        id=state.story,
        founder=state.founder,
        title=state.title,
        lang=state.lang,
        has_body=state.has_body,
        first=state.first,
        last=state.last,
        raw=unpack(state.raw, "i1").astype(np.int8),
        founding=founding,
        total=unpack(state.total, "<i2").astype(np.int32),
        articles=state.articles,
        summed=state.summed,
        recent=founder_too + [_restore_member(member) for member in state.recent],
        words=unpack(state.words, "<u4").astype(np.int64),
        weights=unpack(state.weights, "<u4").astype(np.int64),
        keys=keys,
        originals=[Original(one.id, one.fingerprint, one.time, one.origin) for one in state.originals],
        origins={origin: n for n, origin in enumerate(state.origins)},
        origin_times=list(state.origin_times),
        languages=dict(state.languages),
        about=Understanding(
            {question: dict(ballots) for question, ballots in state.votes.items()}, state.weight, state.diplomatic
        ),
    )
    story.view = story.viewed()
    return story


def _keep_member(member: Member) -> MemberState:
    return MemberState(pack(member.vector, "i1"), pack(member.words, "<u4"), member.lang, member.site, member.time)


def _restore_member(state: MemberState) -> Member:
    return Member(
        unpack(state.vector, "i1").astype(np.int8),
        unpack(state.words, "<u4").astype(np.uint32),
        state.lang,
        state.site,
        state.time,
    )
