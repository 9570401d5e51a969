"""The event log on Kafka: a topic keyed by listener, its dead letters in another, and an outbox for when it is away."""
