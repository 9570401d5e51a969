"""From what was played to models in use: read → prepare → fit → evaluate → choose → publish → write."""

from recommender.pipeline.due import due
from recommender.pipeline.lock import TrainingInProgress
from recommender.pipeline.rollback import roll_back
from recommender.pipeline.train import ALGORITHMS, FROM_PLAYS, Report, train

__all__ = ["ALGORITHMS", "FROM_PLAYS", "Report", "TrainingInProgress", "due", "roll_back", "train"]
