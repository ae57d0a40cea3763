"""The demo's newswire: invented outlets with invented news, served as RSS and Atom with no internet.

`model` says what `data/` holds and `loading` lays it on the clock; `dates` fills its date words, `habits` adds each
outlet's junk, `pages` and `render` make feeds of it, `server` serves them as time passes, and `gold` gives the same
news as a recorded stream with the truth.
"""

from stream.newswire.gold import gold_items, recorded_stream
from stream.newswire.server import Newswire

__all__ = ["Newswire", "gold_items", "recorded_stream"]
