"""The language of an article: judged from its words, with what the feed claims as a prior."""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN = "und"
SAMPLE = 200
"""Characters judged: more do not make the answer better, only later."""
FEW_LETTERS = 20
"""Below this many letters the words alone cannot tell languages of one script apart."""
SURE = 0.9
"""Probability from which the words outweigh the feed's claim."""
POSSIBLE = 0.02
"""Probability above which a feed's claim is believed when the words are not sure."""

_ALIASES = {"iw": "he", "in": "id", "nb": "no", "nn": "no", "zh-cn": "zh", "tl": "fil"}
_SCRIPTS = (
    (re.compile(r"[\u0600-\u06ff]"), "arabic"),
    (re.compile(r"[\u0400-\u04ff]"), "cyrillic"),
    (re.compile(r"[A-Za-z\u00c0-\u024f]"), "latin"),
    (re.compile(r"[\u0590-\u05ff]"), "he"),
    (re.compile(r"[\u0370-\u03ff]"), "el"),
    (re.compile(r"[\u3040-\u30ff]"), "ja"),
    (re.compile(r"[\uac00-\ud7af]"), "ko"),
    (re.compile(r"[\u4e00-\u9fff]"), "zh"),
    (re.compile(r"[\u0900-\u097f]"), "hi"),
    (re.compile(r"[\u0e00-\u0e7f]"), "th"),
    (re.compile(r"[\u10a0-\u10ff]"), "ka"),
    (re.compile(r"[\u0530-\u058f]"), "hy"),
)
_OF_SCRIPT = {
    "arabic": {"ar", "fa", "ur", "ps", "ug", "ku", "sd"},
    "cyrillic": {"ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg", "uz"},
    "hi": {"hi", "mr", "ne"},
    "he": {"he", "yi"},
    "zh": {"zh", "ja"},
}
_WORD = re.compile(r"[^\W\d_]+")


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language(text: str, claimed: str | None = None) -> str:
    """Return the ISO 639-1 code of the language of `text`, `und` where neither the words nor the feed tell.

    Args:
        text: headline and body, the headline first.
        claimed: the feed's own word, such as `ar` or `en-GB`; believed where the words are few or could be that.
    """
    claim = _code(claimed)
    sample = " ".join(_WORD.findall(text[: 2 * SAMPLE]))[:SAMPLE]
    letters = len(sample) - sample.count(" ")
    script = _script(sample)
    if script is None:
        return UNKNOWN
    fits = claim is not None and _fits(claim, script)
    if letters < FEW_LETTERS:
        if claim is not None and fits:
            return claim
        return script if len(script) == 2 else UNKNOWN
    quick, sure = _identifier().classify(sample)
    if sure >= SURE and _fits(quick, script):
        return str(quick)
    ranked: dict[str, float] = {code: float(p) for code, p in _identifier().rank(sample) if _fits(code, script)}
    best = max(ranked, key=lambda code: ranked[code], default=None)
    if best is None:
        return claim if claim is not None and fits else UNKNOWN
    if claim is not None and fits and ranked[best] < SURE and ranked.get(claim, 0.0) > POSSIBLE:
        return claim
    return best


def _code(claimed: str | None) -> str | None:
    if not claimed:
        return None
    whole = claimed.strip().lower().replace("_", "-")
    code = _ALIASES.get(whole) or whole.split("-", 1)[0]
    code = _ALIASES.get(code, code)
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _script(sample: str) -> str | None:
    counts = {name: len(pattern.findall(sample)) for pattern, name in _SCRIPTS}
    best = max(counts, key=lambda name: counts[name])
    if not counts[best]:
        return None
    # Kana between Han characters makes them Japanese.
    return "ja" if best == "zh" and counts["ja"] else best


def _fits(code: str, script: str) -> bool:
    if script == "latin":
        return code not in {"ar", "fa", "ur", "ru", "uk", "bg", "he", "el", "ja", "ko", "zh", "hi", "th", "ka", "hy"}
    return code in _OF_SCRIPT.get(script, {script})
