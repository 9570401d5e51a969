"""Fifth stage: whether a new model serves.

The run in use is the champion, and the new one challenges it: it serves only where it is better on the same held-out
plays by more than chance, which is where the whole interval of its lead is above 0 (`evaluation/bootstrap.py`).

Three things are decided otherwise. The first run of an algorithm serves. So does one whose champion may have learned
from what its listeners have taken back since. And a run with the champion's own parameters is no challenger but the
champion brought up to date with newer plays: it serves unless it is worse by more than chance.
"""

from recommender.artefacts import Rejected
from recommender.evaluation.bootstrap import Interval
from recommender.evaluation.report import LEADING
from recommender.models import ModelRun
from recommender.pipeline.evaluate import DECIDING, Judgement, history
from recommender.pipeline.prepare import Prepared
from streaming.models import Erasure

# By fewer listeners a resampling says nothing, and nothing is better or worse than the champion.
FEWEST_JUDGED = 10
EXCLUDED = "events of excluded listeners"


def look_for_news(challenger: ModelRun, champion: ModelRun | None, prepared: Prepared) -> None:
    """Raises Rejected where the champion is the same already: nothing need be fitted to know that."""
    if champion and champion.params == challenger.params and champion.data.get("history") == history(prepared):
        raise Rejected(f"run {champion.pk} has the same parameters, and has learned from the same plays")


def choose(challenger: ModelRun, champion: ModelRun | None, judgement: Judgement, prepared: Prepared) -> None:
    """Raises Rejected, with the reason, where the champion goes on to serve."""
    if champion is None or _has_to_go(champion, prepared):
        return
    if champion.params == challenger.params:
        if judgement.listeners >= FEWEST_JUDGED and judgement.lead.high < 0:
            raise Rejected(f"worse than run {champion.pk} by more than chance: {_in_words(judgement.lead)}")
    elif judgement.listeners < FEWEST_JUDGED:
        raise Rejected(
            f"whether it is better than run {champion.pk} cannot be told by {judgement.listeners} listeners: "
            f"{FEWEST_JUDGED} are needed"
        )
    elif not judgement.lead.low > 0:
        raise Rejected(f"not better than run {champion.pk} by more than chance: {_in_words(judgement.lead)}")


def _has_to_go(champion: ModelRun, prepared: Prepared) -> bool:
    excluded = champion.data.get("dropped", {}).get(EXCLUDED, 0)
    erased = Erasure.objects.filter(history_until__gt=champion.started_at).exists()
    return erased or prepared.dropped.get(EXCLUDED, 0) > excluded


def _in_words(lead: Interval) -> str:
    return f"its {LEADING.upper()}@{DECIDING} differs by {lead.mean:+.4f} ({lead.low:+.4f} to {lead.high:+.4f})"
