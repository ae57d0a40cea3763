"""From changes of stories to alerts: how surprising a story's growth is, and when to say so.

Everything here decides and does nothing else: the story's state and its change go in, the next state and alerts come
out.
"""

from stream.bursts.lifecycle import detect
from stream.bursts.significance import Window, busiest, log10_tail
from stream.bursts.state import BurstRules, BurstState, Ring

__all__ = ["BurstRules", "BurstState", "Ring", "Window", "busiest", "detect", "log10_tail"]
