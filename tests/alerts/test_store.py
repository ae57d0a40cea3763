import sqlite3
from pathlib import Path

import pytest

from stream.alerts.store import Store
from stream.errors import TocsinError


def test_the_file_with_the_secrets_is_for_its_owner_only(tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "folder")
    with store.transaction() as db:
        db.execute("INSERT INTO subscriptions (id, url, secret, created) VALUES ('s', 'u', 'x', 0)")
    modes = {path.name: path.stat().st_mode & 0o777 for path in store.path.parent.iterdir()}
    store.close()
    assert modes["alerts.db"] == 0o600
    assert set(modes.values()) == {0o600}


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    insert = "INSERT INTO subscriptions (id, url, secret, created) VALUES ('s', 'u', 'x', 0)"
    with pytest.raises(sqlite3.IntegrityError), store.transaction() as db:
        db.executemany(insert, [(), ()])
    assert store.query("SELECT * FROM subscriptions") == []
    store.close()


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.close()
    db = sqlite3.connect(tmp_path / "alerts.db")
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(TocsinError, match="newer Tocsin"):
        Store(tmp_path)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "alerts.db").write_bytes(b"not a database" * 100)
    with pytest.raises(TocsinError, match=r"alerts\.db cannot be opened"):
        Store(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TocsinError, match="TOCSIN_DATA"):
        Store(tmp_path / "file" / "data")
