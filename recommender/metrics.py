"""What is counted while recommending; `musicapp/metrics.py` shows it. Names follow Prometheus' conventions."""

from prometheus_client import Gauge, Histogram

REFRESH = Histogram(
    "recommender_refresh_duration_seconds",
    "Time for one listener's shelves: candidates, blend, reasons, store",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
# livesum: of all processes that serve sockets now.
SOCKETS = Gauge("websockets_open", "Sockets that wait for a listener's shelves", multiprocess_mode="livesum")
