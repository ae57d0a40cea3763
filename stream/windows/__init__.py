"""The rolling story windows of a desk: which real-world happening an article tells of, decided as it comes."""

from stream.windows.engine import Assigned, StoryWindows
from stream.windows.model import JoinModel
from stream.windows.params import WindowParams
from stream.windows.state import DeskState, StoryState

__all__ = ["Assigned", "DeskState", "JoinModel", "StoryState", "StoryWindows", "WindowParams"]
