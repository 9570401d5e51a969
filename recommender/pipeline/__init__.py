"""From what was played to models in use: read → prepare → train → publish."""

from recommender.pipeline.due import due
from recommender.pipeline.lock import TrainingInProgress
from recommender.pipeline.train import ALGORITHMS, Report, train

__all__ = ["ALGORITHMS", "Report", "TrainingInProgress", "due", "train"]
