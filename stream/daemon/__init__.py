"""All parts on one machine: child processes under one supervisor."""
