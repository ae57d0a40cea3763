"""The page, the API and the Atom feed: what is happening now, for people and programs.

`view` and `names` only decide; `follow` reads the streams; `pages`, `api`, `atom` and `events` answer requests; `app`
puts them in order.
"""
