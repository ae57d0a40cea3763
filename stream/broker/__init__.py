"""The embedded broker: one process that speaks the Kafka protocol over one durable directory.

It exists so that one command works on a laptop. Past one machine the answer is Apache Kafka, and the conformance suite
in `tests/broker/` holds both to the same behaviour. From the wire to the disk:

    server      connections, timers, start and stop
    wire        frames and versions, on kafka-python's own protocol classes
    handlers    one function a request kind
    coordinator waiting members and durable commits around `groups` (a pure state machine)
    catalog     which topics exist, with their configuration
    log         a partition: segments, retention, compaction, producers' sequence numbers
    segment     one append-only file with a sparse index
    batches     the record batch: header, checksum, records
"""
