"""The alerts as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from babel import Locale

from stream.alerts.payload import web_url
from stream.records import Alert
from stream.web.names import ENGLISH, act, machine_time, party

ATOM = "http://www.w3.org/2005/Atom"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot carry, not even escaped."""


def feed(alerts: Sequence[Alert], base: str, locale: Locale = ENGLISH) -> bytes:
    """Return the feed of the alerts, in the order given.

    Args:
        alerts: what rang, latest first.
        base: the page's own address, ending in a slash.
        locale: the language of the parties' names.
    """
    root = ET.Element(f"{{{ATOM}}}feed")
    _text(root, "id", f"{base}alerts.atom")
    _text(root, "title", "Tocsin alerts")
    _text(root, "updated", machine_time(max((a.at for a in alerts), default=0.0)))
    _link(root, "self", f"{base}alerts.atom", "application/atom+xml")
    _link(root, "alternate", base, "text/html")
    author = ET.SubElement(root, f"{{{ATOM}}}author")
    _text(author, "name", "Tocsin")
    for alert in alerts:
        _entry(root, alert, base, locale)
    ET.register_namespace("", ATOM)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(root: ET.Element, alert: Alert, base: str, locale: Locale) -> None:
    entry = ET.SubElement(root, f"{{{ATOM}}}entry")
    _text(entry, "id", f"urn:tocsin:alert:{alert.id}")
    title = _text(entry, "title", alert.title if alert.state == "detected" else f"[{alert.state}] {alert.title}")
    if alert.lang != "und":
        title.set("{http://www.w3.org/XML/1998/namespace}lang", NOT_XML.sub("", alert.lang))
    _text(entry, "updated", machine_time(alert.at))
    _text(entry, "published", machine_time(alert.at))
    _link(entry, "alternate", f"{base}stories/{alert.story}", "text/html")
    for article in alert.evidence:
        if url := web_url(article.url):
            _link(entry, "related", url, "text/html", article.outlet)
    for term in (alert.act, alert.state):
        if term:
            ET.SubElement(entry, f"{{{ATOM}}}category", term=NOT_XML.sub("", term))
    parties = ", ".join(party(code, locale) for code in alert.parties)
    facts = [parties, act(alert.act), alert.place, alert.event_date]
    _text(entry, "summary", " · ".join(fact for fact in facts if fact) + f"\n{alert.reason}")


def _text(parent: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{ATOM}}}{tag}")
    element.text = NOT_XML.sub("\ufffd", text)
    return element


def _link(parent: ET.Element, rel: str, href: str, media: str, title: str | None = None) -> None:
    link = ET.SubElement(parent, f"{{{ATOM}}}link", rel=rel, href=NOT_XML.sub("", href), type=media)
    if title:
        link.set("title", NOT_XML.sub("\ufffd", title))
