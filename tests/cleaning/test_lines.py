from stream.cleaning.lines import Line, content_words, split_lines


def test_lines_know_the_gap_before_them() -> None:
    assert [(line.text, line.gap) for line in split_lines("a\n\n\n  b \u200f\nc\n\n")] == [("a", 0), ("b", 2), ("c", 0)]


def test_forms() -> None:
    sentence = Line("The ministers signed the border deal in Silma on Tuesday.", 0)
    headline = Line("Ministers sign border deal", 0)
    assert (sentence.like_paragraph, sentence.like_headline) == (True, False)
    assert (headline.like_paragraph, headline.like_headline) == (False, True)
    assert Line("- Visas for students", 0).bulleted
    assert not Line("-5 degrees in Silma", 0).bulleted
    assert Line("قال: «نعم.»", 0).stops
    assert not Line("Ministers said:", 0).like_headline


def test_head_is_what_stands_before_a_separator() -> None:
    assert Line("Source: Reuters", 0).head == ["source"]
    assert Line("المصدر | وكالات", 0).head == ["المصدر"]
    assert Line("Self-made man", 0).head == []


def test_content_words_leave_out_the_small_ones() -> None:
    assert content_words("The minister of 12 went to 北京") == {"minister", "went", "12", "北京"}
