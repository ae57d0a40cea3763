from stream import topics


def test_names_are_unique():
    assert len({stream.name for stream in topics.ALL}) == len(topics.ALL)


def test_changelogs_are_compacted_and_streams_expire():
    for stream in topics.ALL:
        if stream.compact:
            assert stream.config == {"cleanup.policy": "compact"}
        else:
            assert int(stream.config["retention.ms"]) > 0


def test_a_table_is_named_after_its_changelog():
    for prefix in ("", "staging-"):
        group = prefix + topics.WORKER_GROUP
        table = topics.table_of(prefix + topics.DESK_CHANGELOG.name, group)
        assert table == "desk"
        assert f"{group}-{table}-changelog" == prefix + topics.DESK_CHANGELOG.name
