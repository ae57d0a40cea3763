from stream.embedding.reading import read


def test_a_trap_covers_the_name_in_it() -> None:
    names = [match.value.value for match in read("Jordan meets Michael Jordan", "", "en", 0.0).names]
    assert names == ["JO"]


def test_the_longer_name_wins() -> None:
    names = [match.value.value for match in read("South Sudan and Sudan", "", "en", 0.0).names]
    assert names == ["SS", "SD"]


def test_capitals_decide_where_a_name_is_also_a_word() -> None:
    assert not read("tell us about turkey", "", "en", 0.0).names
    assert len(read("US and Turkey", "", "en", 0.0).names) == 2


def test_one_word_in_two_spellings_counts_once() -> None:
    assert len(read("ASEAN meets", "", "en", 0.0).names) == 1


def test_prominence_falls_from_the_headline_down() -> None:
    text = "Ghana one. Ghana two. Ghana three. Ghana four. Ghana five. Ghana six."
    reading = read("Ghana", text, "en", 0.0)
    weights = [reading.prominence(match) for match in reading.names]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > weights[-1]
