import json
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook
from typer.testing import CliRunner, Result

from stream.alerts.cli import app
from stream.errors import TocsinError
from tests.alerts.conftest import T0, Desk, accepted


class Command:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str) -> Result:
        result = CliRunner().invoke(app, [*arguments, "--data", str(self.folder)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def add(self, url: str) -> dict[str, str]:
        added: dict[str, str] = json.loads(self("add", url, "--json").stdout)
        return added


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("TOCSIN_ALLOW_PRIVATE", "true")
    return Command(tmp_path)


def test_the_secret_is_shown_once(run: Command) -> None:
    shown = run("add", "https://example.org/hook").output
    secret = next(word for word in shown.split() if word.startswith("whsec_"))
    for listing in (run("list"), run("list", "--json")):
        assert "https://example.org/hook" in listing.stdout
        assert secret not in listing.output


def test_list_as_json(run: Command) -> None:
    assert json.loads(run("list", "--json").stdout) == []
    added = run.add("https://example.org/hook")
    [one] = json.loads(run("list", "--json").stdout)
    assert one["id"] == added["id"]
    assert (one["enabled"], one["waiting"], one["failing_since"]) == (True, 0, None)


def test_remove_and_unknown_ids(run: Command) -> None:
    added = run.add("https://example.org/hook")
    assert run("remove", added["id"]).exit_code == 0
    for command in ("remove", "test", "replay", "enable"):
        with pytest.raises(TocsinError, match="there is no subscription"):
            run(command, added["id"])


def test_a_private_url_is_refused_unless_allowed(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_ALLOW_PRIVATE", "false")
    with pytest.raises(TocsinError, match="TOCSIN_ALLOW_PRIVATE"):
        run("add", "http://127.0.0.1/hook")


def test_a_test_message_is_signed_and_its_answer_told(run: Command, httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/hook", method="POST").respond_with_data("ok")
    httpserver.expect_ordered_request("/hook", method="POST").respond_with_data("no", status=500)
    added = run.add(httpserver.url_for("/hook"))
    good = run("test", added["id"])
    assert good.exit_code == 0
    assert "200 OK" in good.stdout
    request = httpserver.log[0][0]
    assert Webhook(added["secret"]).verify(request.data, dict(request.headers))["type"] == "subscription.test"
    bad = run("test", added["id"])
    assert bad.exit_code == 1
    assert "500" in bad.stderr


def test_replay_queues_what_was_raised_since(run: Command) -> None:
    desk = Desk(run.folder)
    desk.outbox.accept([accepted("a", raised=T0), accepted("b", raised=T0 + 86_400)], now=T0)
    added = run.add("https://example.org/hook")
    assert "queued 1 alerts" in run("replay", added["id"], "--since", "2026-05-29").stdout
    assert desk.outbox.waiting() == 1
    desk.store.close()


def test_enable(run: Command) -> None:
    added = run.add("https://example.org/hook")
    desk = Desk(run.folder)
    with desk.store.transaction() as db:
        db.execute("UPDATE subscriptions SET disabled = 'the endpoint answered 410 Gone'")
    desk.store.close()
    assert "disabled: the endpoint answered 410 Gone" in run("list").stdout
    run("enable", added["id"])
    assert "well" in run("list").stdout
