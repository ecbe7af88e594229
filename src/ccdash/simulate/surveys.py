"""Who is asked, who answers, and how pleased: by what happened to them."""

from __future__ import annotations

from itertools import accumulate
from math import exp, log2
from random import Random

from ccdash.ingest.events import SCORES
from ccdash.simulate import planted
from ccdash.simulate.matters import HURRY
from ccdash.simulate.parts import Asking
from ccdash.simulate.planted import Plot
from ccdash.simulate.visits import Asked, Conversation
from ccdash.vocabulary import SurveyKind

KINDS = (SurveyKind.CSAT, SurveyKind.NPS, SurveyKind.CES)
WORST_WAIT = 0.3
UNSOLVED = 0.32
PASSED_ON = 0.14
ONE_MORE_ROUND = 0.07
ONE_MORE_TRY = 0.05


class Surveys:
    """Asks customers after a conversation; nobody is asked or answers after `ends`."""

    def __init__(self, asking: Asking, random: Random, ends: int) -> None:
        self.asking, self.random, self.ends = asking, random, ends
        self._sums = tuple(accumulate(asking.kinds))

    def ask(self, visit: Conversation, target: int, plots: frozenset[Plot]) -> None:
        """Perhaps ask, perhaps get an answer. `target` is the queue's, in seconds."""
        random, asking = self.random, self.asking
        if random.random() >= asking.asked:
            return
        asked = visit.stays[-1].done + 30
        if asked >= self.ends:
            return
        kind = self._kind()
        answered = asked + 20 + int(asking.answer_after * exp(random.gauss(0, 1.2)))
        is_answered = random.random() < asking.answered and answered < self.ends
        also = visit.round.luck * 227 % 1 < planted.ALSO_ASKED
        if not is_answered:
            kinds = (kind, SurveyKind.FCR) if also else (kind,)
            visit.asked = tuple(Asked(one, asked, None, None) for one in kinds)
            return
        low, high = SCORES[kind]
        mood = min(max(self._mood(visit, target, plots), 0.0), 1.0)
        visit.asked = (Asked(kind, asked, answered, low + round(mood * (high - low))),)
        if also:
            is_solved = planted.customer_says(visit.round.solves, visit.round.luck)
            visit.asked += (Asked(SurveyKind.FCR, asked, answered, int(is_solved)),)

    def _kind(self) -> SurveyKind:
        drawn = self.random.random() * self._sums[-1]
        return next(kind for kind, sum_ in zip(KINDS, self._sums, strict=True) if drawn < sum_)

    def _mood(self, visit: Conversation, target: int, plots: frozenset[Plot]) -> float:
        waited = sum(stay.waited or 0 for stay in visit.stays)
        mood = self.random.gauss(self.asking.mood, 0.17)
        mood -= min(WORST_WAIT, 0.05 * log2(1 + waited / target))
        mood -= 0 if visit.round.solves else UNSOLVED
        mood -= PASSED_ON * (len(visit.stays) - 1)
        rounds = 0 if visit.round.number == HURRY else visit.round.number - 1
        mood -= ONE_MORE_ROUND * rounds + ONE_MORE_TRY * visit.redial
        is_bad = visit.round.queue.channel is planted.PRICE_CHANNEL and Plot.PRICE_RISE in plots
        return mood - (planted.CHAT_DISPLEASES if is_bad else 0)
