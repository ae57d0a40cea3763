"""Words for weekdays, months and days near today, in every language of the CLDR."""

from __future__ import annotations

from collections.abc import Iterator

from babel import Locale, UnknownLocaleError

_MONTHS_ALSO = {
    # Levantine and Iraqi, then Maghrebi names beside the CLDR's
    "ar": "كانون الثاني=1 شباط=2 آذار=3 نيسان=4 أيار=5 حزيران=6 تموز=7 آب=8"
    " أيلول=9 تشرين الأول=10 تشرين الثاني=11 كانون الأول=12"
    " جانفي=1 فيفري=2 أفريل=4 ماي=5 جوان=6 جويلية=7 أوت=8 غشت=8 شتنبر=9 نونبر=11 دجنبر=12 نوفمبر=11",
    "en": "sept=9 jan=1 feb=2 aug=8 oct=10 nov=11 dec=12",
}
_WEEKDAYS_ALSO = {"ar": "الاثنين=0 الإثنين=0 الثلثاء=1"}
_RELATIVE = {
    "en": "today=0 tonight=0 yesterday=-1 tomorrow=1",
    "ar": "اليوم=0 أمس=-1 غدا=1 الليلة=0 البارحة=-1 أول أمس=-2 بعد غد=2",
    "fr": "aujourd'hui=0 hier=-1 demain=1 ce soir=0 avant-hier=-2 après-demain=2",
    "ru": "сегодня=0 вчера=-1 завтра=1 послезавтра=2 позавчера=-2",
    "uk": "сьогодні=0 вчора=-1 завтра=1",
    "fa": "امروز=0 دیروز=-1 فردا=1 امشب=0",
    "tr": "bugün=0 dün=-1 yarın=1",
    "es": "hoy=0 ayer=-1 mañana=1",
    "de": "heute=0 gestern=-1 morgen=1 übermorgen=2 vorgestern=-2",
    "it": "oggi=0 ieri=-1 domani=1",
    "pt": "hoje=0 ontem=-1 amanhã=1",
    "nl": "vandaag=0 gisteren=-1 morgen=1",
    "pl": "dziś=0 wczoraj=-1 jutro=1",
    "id": "hari ini=0 kemarin=-1 besok=1",
    "he": "היום=0 אתמול=-1 מחר=1",
    "zh": "今天=0 昨天=-1 明天=1",
}
_DEAD_ABBREVIATIONS = 4
"""Shorter weekday and month names ("Sat", "Mar", "Sun") are mostly other words; only full ones are taken."""


def calendar_patterns(lang: str) -> Iterator[tuple[str, str, str]]:
    """Yield (pattern, kind, value): weekdays 0 to 6 from Monday, months 1 to 12, relative days."""
    for extra, kind in ((_MONTHS_ALSO, "month"), (_WEEKDAYS_ALSO, "weekday"), (_RELATIVE, "relative")):
        for name, value in _pairs(extra.get(lang, "")):
            yield name, kind, value
    try:
        locale = Locale.parse(lang)
    except (UnknownLocaleError, ValueError):
        return
    for context in ("format", "stand-alone"):
        for number, name in locale.months[context]["wide"].items():
            yield from _long(name, "month", number, lang)
        for number, name in locale.days[context]["wide"].items():
            yield from _long(name, "weekday", number, lang)


def _long(name: str, kind: str, number: int, lang: str) -> Iterator[tuple[str, str, str]]:
    if len(name) >= _DEAD_ABBREVIATIONS or not name.isascii() or kind == "month":
        yield name, kind, str(number)
        if lang in {"ru", "uk"} and len(name) > _DEAD_ABBREVIATIONS:
            yield name[:-1] + "*", kind, str(number)  # пятница, в пятницу, пятницы


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    words: list[str] = []
    for piece in text.split():
        name, found, value = piece.partition("=")
        words.append(name)
        if found:
            yield " ".join(words), value
            words = []
