"""How good recommendations are: held-out plays, rankings, metrics with intervals, and the comparison of models."""
