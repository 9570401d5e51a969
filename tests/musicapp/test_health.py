"""Health and metrics say how the service stands, by its own words and by Prometheus' own parser."""

from prometheus_client.parser import text_string_to_metric_families

from recommender.models import ModelRun


def test_a_process_that_answers_is_healthy(client):
    assert client.get("/healthz").status_code == 200


def test_ready_names_each_part(client, db):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    told = answer.json()
    assert told["ready"]
    assert {"database", "disk", "event_log", "task_broker", "cache", "feature_store"} == set(told["parts"])
    assert all(part["ok"] for part in told["parts"].values()), told


def test_a_part_that_is_away_is_named_with_its_reason_while_pages_are_served(client, db, settings):
    settings.FEATURE_STORE_URL = "mongodb://127.0.0.1:1/fma?serverSelectionTimeoutMS=100"
    answer = client.get("/readyz")
    part = answer.json()["parts"]["feature_store"]
    assert answer.status_code == 200 and not part["ok"] and "127.0.0.1:1" in part["reason"]


def test_without_its_folder_nothing_is_ready(client, db, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "gone"
    answer = client.get("/readyz")
    assert answer.status_code == 503 and not answer.json()["ready"]
    assert "gone" in answer.json()["parts"]["disk"]["reason"]


def test_metrics_are_prometheus_own_format_and_count(client, db):
    ModelRun.objects.create(algorithm="popularity", status="published", finished_at="2020-01-01T00:00:00Z")
    before = samples(client)
    client.get("/genres/")
    client.get("/genres/")
    after = samples(client)
    route = ("http_request_duration_seconds_count", ("GET", "genres", "200"))
    assert after[route] - before.get(route, 0) == 2
    assert after[("model_age_seconds", ("popularity",))] > 5 * 365 * 86400
    assert after[("event_outbox_depth", ())] == 0
    assert ("event_log_dead_letters", ()) in after


def test_an_address_that_leads_nowhere_makes_no_series_of_its_own(client, db):
    client.get("/nowhere/at/all/")
    assert not [labels for _, labels in samples(client) if "nowhere" in " ".join(labels)]


def samples(client) -> dict[tuple[str, tuple[str, ...]], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, tuple(value for name, value in sample.labels.items() if name != "le")): sample.value
        for family in families
        for sample in family.samples
    }
