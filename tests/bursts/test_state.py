from stories import Telling

from stream.bursts.state import BurstRules, cause_of
from stream.settings import Settings


def test_the_rules_are_the_settings():
    rules = BurstRules.of(Settings(min_origins=5, min_diplomatic=0.7, min_significance=4.5))
    assert (rules.min_origins, rules.min_diplomatic, rules.min_significance) == (5, 0.7, 4.5)


def test_every_change_of_a_story_has_its_own_cause_and_a_repeat_the_same():
    telling = Telling()
    updates = [telling.article("A", 0), telling.article("A", 1), telling.close(5), telling.merge_into("x", 5)]
    assert len({cause_of(update) for update in updates}) == 4
    telling = Telling()
    assert cause_of(telling.article("A", 0)) == cause_of(updates[0])
