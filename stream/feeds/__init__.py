"""Poll feeds politely: fetch, parse, tell new items from known ones, publish them, keep the feeds' state."""
