"""Committed offsets and groups over a restart."""

from __future__ import annotations

from stream.broker.config import BrokerConfig
from stream.broker.groups import Group
from stream.broker.members import Joining, State
from stream.broker.offsets import Committed, OffsetStore


def joining() -> Joining:
    return Joining(
        member="",
        instance=None,
        client="c",
        host="h",
        session=6.0,
        rebalance=10.0,
        protocol_type="consumer",
        protocols=[("range", b"\x00\xff meta")],
        ask_for_id=False,
    )


def reopened(store: OffsetStore, directory) -> OffsetStore:
    store.log.close()
    return OffsetStore(directory, BrokerConfig())


def test_offsets_are_found_again(tmp_path):
    store = OffsetStore(tmp_path, BrokerConfig())
    store.commit("g", {("t", 0): Committed(5, "note"), ("t", 1): Committed(7, "")})
    store.commit("g", {("t", 0): Committed(9, "")})
    store.commit("h", {("u", 0): Committed(1, "")})
    store.forget("g", [("t", 1), ("t", 99)])
    store.forget_topic("u")
    store = reopened(store, tmp_path)
    assert store.offsets.get("g") == {("t", 0): Committed(9, "")}
    assert "h" not in store.offsets
    store.log.close()


def test_a_stable_group_goes_on_where_it_was(tmp_path):
    group = Group("g")
    group.join(0.0, "a", joining())
    (member,) = group.members
    group.sync(0.1, "s", member, 1, {member: b"\x01\x02"})
    store = OffsetStore(tmp_path, BrokerConfig())
    store.save(group)
    store = reopened(store, tmp_path)
    again = store.restore(100.0, 0.0)["g"]
    assert (again.state, again.generation, again.leader) == (State.STABLE, 1, member)
    assert again.members[member].assignment == b"\x01\x02"
    again.heartbeat(105.0, member, 1)
    again.sync(105.0, "s", member, 1, {})
    assert again.replies[0][1].assignment == b"\x01\x02"
    again.tick(111.0)
    assert not again.members, "it had one session's time to show that it lives"
    store.log.close()


def test_a_deleted_group_stays_deleted(tmp_path):
    store = OffsetStore(tmp_path, BrokerConfig())
    store.save(Group("g"))
    store.commit("g", {("t", 0): Committed(5, "")})
    store.delete("g")
    store = reopened(store, tmp_path)
    assert store.restore(0.0, 0.0) == {}
    store.log.close()


def test_many_offsets_are_written_in_batches_that_fit(tmp_path):
    store = OffsetStore(tmp_path, BrokerConfig())
    committed = {("t", partition): Committed(partition, "x" * 100) for partition in range(3000)}
    store.commit("g", committed)
    store = reopened(store, tmp_path)
    assert store.offsets["g"] == committed
    store.log.close()
