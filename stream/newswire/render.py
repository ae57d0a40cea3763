"""Make a feed of an outlet's items: RSS 2.0 or Atom, in the outlet's encoding and with its ways of dates and GUIDs."""

from __future__ import annotations

import datetime
from email.utils import format_datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from defusedxml.ElementTree import fromstring

from stream.newswire.model import Item, Outlet
from stream.newswire.pages import excerpt_of, html_of, page_of, text_of

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
XHTML = "http://www.w3.org/1999/xhtml"
MAX_ITEMS = 40
"""How many items a feed keeps; the oldest fall out."""

register_namespace("", ATOM)
register_namespace("content", CONTENT)
register_namespace("dc", DUBLIN_CORE)
register_namespace("xhtml", XHTML)


def feed(outlet: Outlet, items: list[Item], start_time: float) -> bytes:
    """Return the outlet's feed as it stands once `items` (in order of appearance) have appeared.

    Args:
        outlet: whose feed it is.
        items: the outlet's items so far.
        start_time: when the demo started, seconds since the epoch.
    """
    newest_first = range(len(items) - 1, max(len(items) - MAX_ITEMS, 0) - 1, -1)
    build = _rss if outlet.format == "rss" else _atom
    root = build(outlet, [(items[place], items[:place]) for place in newest_first], start_time)
    return bytes(tostring(root, encoding=outlet.encoding, xml_declaration=True))


def media_type(outlet: Outlet) -> str:
    """Return the Content-Type of the outlet's feed."""
    return f"application/{outlet.format}+xml; charset={outlet.encoding}"


def _rss(outlet: Outlet, entries: list[tuple[Item, list[Item]]], start_time: float) -> Element:
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    _add(channel, "title", outlet.name)
    _add(channel, "link", f"https://{outlet.domain}/")
    _add(channel, "description", f"{outlet.name} – {outlet.city}")
    _add(channel, "language", outlet.lang)
    for item, earlier in entries:
        page = page_of(item, earlier, start_time)
        element = SubElement(channel, "item")
        _add(element, "title", page.title)
        _add(element, "link", item.link)
        _rss_guid(element, item)
        _rss_date(element, item, start_time)
        if item.credit and outlet.body == "encoded":
            _add(element, f"{{{DUBLIN_CORE}}}creator", item.credit)
        if outlet.body == "encoded":
            _add(element, "description", excerpt_of(page, outlet))
            _add(element, f"{{{CONTENT}}}encoded", html_of(page))
        else:
            _add(element, "description", text_of(page) if outlet.body == "text" else html_of(page))
    return root


def _rss_guid(element: Element, item: Item) -> None:
    guids = {
        "link": (item.link, "true"),
        "permalink": (item.url, "true"),
        "number": (f"https://{item.outlet.domain}/?p={item.number}", "false"),
        "urn": (uuid5(NAMESPACE_URL, item.url).urn, "false"),
        "tag": (_tag(item), "false"),
    }
    if item.outlet.guid in guids:
        text, permalink = guids[item.outlet.guid]
        SubElement(element, "guid", isPermaLink=permalink).text = text


def _rss_date(element: Element, item: Item, start_time: float) -> None:
    local = _local_time(item, start_time)
    match item.outlet.date:
        case "local":
            _add(element, "pubDate", format_datetime(local))
        case "gmt":
            _add(element, "pubDate", format_datetime(local.astimezone(datetime.UTC), usegmt=True))
        case "local_as_gmt":
            _add(element, "pubDate", format_datetime(local.replace(tzinfo=datetime.UTC), usegmt=True))
        case "dublin":
            _add(element, f"{{{DUBLIN_CORE}}}date", local.isoformat(timespec="seconds"))
        case "none":
            pass


def _atom(outlet: Outlet, entries: list[tuple[Item, list[Item]]], start_time: float) -> Element:
    root = Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": outlet.lang})
    _add(root, f"{{{ATOM}}}title", outlet.name)
    _add(root, f"{{{ATOM}}}id", f"https://{outlet.domain}/")
    SubElement(root, f"{{{ATOM}}}link", href=f"https://{outlet.domain}/")
    newest = max((_local_time(item, start_time) for item, _ in entries), default=None)
    _add(root, f"{{{ATOM}}}updated", newest.isoformat(timespec="seconds") if newest else "1970-01-01T00:00:00Z")
    _add(SubElement(root, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", outlet.name)
    for item, earlier in entries:
        page = page_of(item, earlier, start_time)
        entry = SubElement(root, f"{{{ATOM}}}entry")
        _add(entry, f"{{{ATOM}}}title", page.title)
        SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=item.link)
        _add(entry, f"{{{ATOM}}}id", _tag(item) if outlet.guid == "tag" else uuid5(NAMESPACE_URL, item.url).urn)
        published = _local_time(item, start_time).isoformat(timespec="seconds")
        _add(entry, f"{{{ATOM}}}published", published)
        _add(entry, f"{{{ATOM}}}updated", published)
        if outlet.body == "xhtml":
            content = SubElement(entry, f"{{{ATOM}}}content", type="xhtml")
            content.append(fromstring(f'<div xmlns="{XHTML}">{html_of(page, xhtml=True)}</div>'))
        elif outlet.body == "text":
            SubElement(entry, f"{{{ATOM}}}summary", type="text").text = text_of(page)
        else:
            SubElement(entry, f"{{{ATOM}}}content", type="html").text = html_of(page)
    return root


def _tag(item: Item) -> str:
    return f"tag:{item.outlet.domain},2019:{item.number}"


def _local_time(item: Item, start_time: float) -> datetime.datetime:
    zone = datetime.timezone(datetime.timedelta(hours=item.outlet.utc_offset))
    return datetime.datetime.fromtimestamp(int(start_time + item.published), zone)


def _add(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
