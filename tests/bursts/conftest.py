import sys
from pathlib import Path

# The tests' own helpers beside them: tests/ has no packages.
sys.path.insert(0, str(Path(__file__).parent))
