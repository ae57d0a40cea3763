import io

from stream.replay.progress import ProgressReport


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_line_every_ten_seconds_with_rate_and_time_left():
    now = 0.0
    file = io.StringIO()
    with ProgressReport("replay x", file, clock=lambda: now) as report:
        for second in range(26):
            now = float(second)
            report.at(second * 100, second / 50)
    assert file.getvalue().splitlines() == [
        "replay x: 1,000 articles, 100/s, 40 s left",
        "replay x: 2,000 articles, 100/s, 30 s left",
    ]


def test_a_terminal_gets_a_bar():
    file = Terminal()
    with ProgressReport("replay x", file) as report:
        report.at(5, 0.5)
    assert "replay x" in file.getvalue()
