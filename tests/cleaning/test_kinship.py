from dataclasses import fields

from stream.cleaning.kinship import Evidence, Weights, evidence
from stream.cleaning.lines import Line

BEFORE = [Line("Norvik reopened the embassy in Silma.", 0), Line("The embassy in Silma had been closed by Norvik.", 0)]


def measure(*paragraphs: str, linked: str = "Eagles sign goalkeeper Marques") -> Evidence:
    return evidence(
        BEFORE,
        [Line(linked, 0)],
        [Line(p, 0) for p in paragraphs],
        ["norvik", "embassy"],
        related=False,
        ended=False,
        doubled=False,
    )


def test_shares_are_of_content_words() -> None:
    kin = measure("Norvik said the embassy in Silma was closed and reopened.")
    foreign = measure("Eagles goalkeeper Marques passed a medical before the season opened.")
    assert kin.kinship > 0.7
    assert foreign.kinship == 0.0
    assert kin.own_title == 1.0
    assert foreign.own_title == 0.0
    assert foreign.echo == foreign.lead == 0.75
    assert kin.echo == kin.lead == 0.0


def test_every_measure_is_a_share() -> None:
    found = measure("Norvik", "KYIV (Reuters) - Norvik said the embassy was closed.")
    assert all(0 <= float(getattr(found, f.name)) <= 1 for f in fields(found))


def test_the_probability_follows_the_weights() -> None:
    nothing = Evidence(**{f.name: 0.0 for f in fields(Evidence)})
    only_kinship = Evidence(**{f.name: -4.0 if f.name == "kinship" else 0.0 for f in fields(Evidence)})
    kin = measure("Norvik said the embassy in Silma was closed and reopened.")
    assert kin.foreign(Weights(0.0, nothing)) == 0.5
    assert kin.foreign(Weights(0.0, only_kinship)) < 0.1
