"""`python -m stream.newswire > wire.jsonl` writes the newswire as a recorded stream with its truth.

Such a file is both what `tocsin replay` reads and what `tocsin evaluate --gold` compares with.
"""

import json
import sys
import time

from stream.newswire.gold import recorded_stream


def main() -> None:
    """Write every article as if the demo had started now, or at the seconds since the epoch given."""
    start = float(sys.argv[1]) if len(sys.argv) > 1 else time.time()
    for line in recorded_stream(start):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
