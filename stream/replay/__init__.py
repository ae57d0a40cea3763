"""Recorded streams through the same code as live ones, and what came out of it against a gold file."""
