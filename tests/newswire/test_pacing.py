from stream.newswire.loading import load
from stream.newswire.pacing import HOLD, PacedClock


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def test_each_phase_waits_for_the_articles_before_it():
    wire, clock = load(), Clock()
    paced = PacedClock(wire, clock)
    assert paced.begin() == 1000.0
    starts = sorted(phase.served_from for phase in wire.phases.values())
    clock.now += 500
    for start in starts[1:]:
        assert paced() == 1000.0 + start - HOLD
        clock.now += 500
        assert paced() == 1000.0 + start - HOLD
        paced.heard(sum(item.at < start for item in wire.items))
        clock.now += HOLD
        assert paced() >= 1000.0 + start - HOLD / 2
        clock.now += 500
    assert paced() > 1000.0 + max(item.at for item in wire.items)


def test_it_does_not_stand_when_the_path_keeps_up():
    wire, clock = load(), Clock()
    paced = PacedClock(wire, clock)
    paced.begin()
    for second in range(90):
        paced.heard(sum(item.at < second for item in wire.items))
        clock.now = 1000.0 + second
        assert paced() == clock.now
