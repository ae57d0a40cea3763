"""Turning an article's own words into what the windows compare: vectors, parties, places, date and act.

Everything here decides and does nothing else: no clock, no network, no broker. `understand.embed_articles` is the one
call that the embed agent and the replay make.
"""
