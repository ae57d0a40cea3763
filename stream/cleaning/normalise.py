"""Text as it is compared, never as it is shown: one spelling for what readers take as the same word.

Arabic script: hamza seats, final ya and alef maqsura, ta marbuta, Persian and Urdu letters and digits are folded,
short vowels and tatweel dropped. Latin: case and accents folded. Cyrillic: case folded, `ё` as `е`. The Arabic article
and the conjunctions written onto a word are cut off `words`, as in the light stemmers of Larkey, Ballesteros and
Connell (2002), but only where at least three letters stay.
"""

from __future__ import annotations

import re
import unicodedata

_FOLDED = {
    "آأإٱٲٳ": "ا",
    "ىيیئےې": "ي",
    "ؤ": "و",
    "ةهہەۀۂھ": "ه",
    "كکڪ": "ك",
    "گڭ": "گ",
    "ё": "е",
    "ıİ": "i",
    "’ʼ‘`´": "'",
    "ø": "o",
    "đð": "d",
    "ł": "l",
}
_DROPPED = (
    *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06EE), *range(0x0610, 0x061B), 0x0640,  # vowel marks, tatweel
    0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF,  # soft hyphen, joiners
    0x0307,  # the dot that casefold leaves of the Turkish capital I
)  # fmt: skip


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {code: chr(code) for code in (*range(0x0400, 0x0700), *range(0x2010, 0x2040))}
    for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        table[code] = base if base.isascii() and base.isalpha() else chr(code)
    table |= {ord(letter): to for letters, to in _FOLDED.items() for letter in letters}
    table |= {zero + n: str(n) for zero in (0x0660, 0x06F0) for n in range(10)}
    table |= dict.fromkeys(_DROPPED)
    # A joiner inside a Persian word parts its halves, which is how the same word is written with a space.
    table[0x200C] = " "
    return table


_TABLE = _table()
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_UNSPACED = re.compile(r"[\u0E00-\u0EFF\u1000-\u109F\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF]+")
_OWN_WAW = (
    "اجب|اجه|احد|اسع|اشنط|اقع|الد|اضح|ارد|افق|باء|تير|ثاي|ثيق|جهه|جهت|جها|جود|حدا|حده|حيد|داع|رقه|زار|زرا|زير|ساط|ساي|"
    "سيط|سيل|صول|ضعي|طني|فاه|فدا|فود|قاي|قعت|قوف|قود|كال|كيل|لاي|ليد|ليه"
)
"""What follows the waw in words of which it is a part: وزارة, ولاية, واشنطن, …"""
_PREFIX = re.compile(
    rf"\b(?:(?:وبال|وال|فال|بال|كال|ولل|ال|لل)(?=[\u0621-\u064A]{{3}})|و(?!{_OWN_WAW})(?=[\u0621-\u064A]{{4}}))"
)

_CLOSERS = r"\"'”’»)）\]』」"
_END = re.compile(
    rf"(?<=[.!?؟…۔])[{_CLOSERS}]*\s+|(?<=[。！？])[{_CLOSERS}]*\s*|\s*\n\s*",
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(«\"“])(?:[^\W\d_]|[A-Z]\.[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Gov|Sen|Rep|St|Jr|Sr|No|vs|Jan|Feb|Aug|Sept|Oct|"
    r"Nov|Dec|Inc|Ltd|Co|Corp|Bros|approx|им|ул|гг|млн|млрд|руб|тыс|M|Mme|Dr|Sra|Srta|Hr|Fr|bzw|ca|Nr|vgl)\.$"
)


def normalise(text: str) -> str:
    """Return `text` for comparing: folded letters and digits, no vowel marks, lower case; punctuation stays."""
    if text.isascii():
        return text.casefold()
    return unicodedata.normalize("NFKC", text).casefold().translate(_TABLE)


def words(text: str) -> list[str]:
    """Return the words of `text` in order, normalised, Arabic ones without the article or a conjunction written on.

    Scripts without spaces (Chinese, Japanese, Thai, …) give pairs of neighbouring characters instead.
    """
    folded = normalise(text)
    if folded.isascii():
        return _WORD.findall(folded)
    found = _WORD.findall(_PREFIX.sub("", folded))
    if not _UNSPACED.search(folded):
        return found
    return [piece for word in found for piece in (_pairs(word) if _UNSPACED.search(word) else (word,))]


def plain_words(text: str) -> list[str]:
    """Return the words of `text` in order, normalised, each as it is written: for matching set phrases."""
    return _WORD.findall(normalise(text))


def _pairs(run: str) -> list[str]:
    result: list[str] = []
    last = 0
    for match in _UNSPACED.finditer(run):
        if match.start() > last:
            result.append(run[last : match.start()])
        piece = match.group()
        result.extend([piece[i : i + 2] for i in range(len(piece) - 1)] or [piece])
        last = match.end()
    if last < len(run):
        result.append(run[last:])
    return result


def sentences(text: str) -> list[str]:
    """Return the sentences of `text` as written, without the white space around them; a line end ends a sentence."""
    result: list[str] = []
    start = 0
    for match in _END.finditer(text):
        # The closing quotes matched belong to the sentence; the white space does not.
        piece = text[start : match.end()].strip()
        if "\n" not in match.group() and _ABBREVIATION.search(piece[-12:]):
            continue
        if piece:
            result.append(piece)
        start = match.end()
    tail = text[start:].strip()
    if tail:
        result.append(tail)
    return result
