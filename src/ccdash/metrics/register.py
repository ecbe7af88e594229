"""What stands beside a metric in the register: who answers for it, what it decides, what to do.

Views of the same thing share a purpose; what a figure is not is its own. Texts are keys of the
catalogues.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ccdash.i18n import N_


class Owner(StrEnum):
    """The role that answers for a figure; a closed list."""

    FLOOR_SUPERVISOR = N_("Floor supervisor")
    WORKFORCE_PLANNER = N_("Workforce planner")
    QUALITY_MANAGER = N_("Quality manager")
    CHANNEL_OWNER = N_("Channel owner")
    HEAD_OF_SERVICE = N_("Head of service")
    DATA_STEWARD = N_("Data steward")


@dataclass(frozen=True)
class Purpose:
    """Why a figure is kept. `action` is for when it is red, or, where neither way is better, for
    when it stands out."""

    owner: Owner
    decision: str
    action: str


LEVEL = Purpose(
    Owner.FLOOR_SUPERVISOR,
    N_("How many people take the contacts of a channel, now and in the next hours."),
    N_(
        "Move people to the queue that waits and put off meetings and training; if the same hour "
        "is red week after week, change the plan."
    ),
)
WAIT = Purpose(
    Owner.FLOOR_SUPERVISOR,
    N_("Which queue gets the next free person, and which hours the plan leaves thin."),
    N_("Find the hour and the queue, put people there, and open the longest waits."),
)
LOST = Purpose(
    Owner.FLOOR_SUPERVISOR,
    N_("Whether waiting customers get more people, or the offer of a callback."),
    N_(
        "Look at which hour and after how long they left; add people there, or offer a callback "
        "before that moment."
    ),
)
DEMAND = Purpose(
    Owner.WORKFORCE_PLANNER,
    N_("How many people each quarter of an hour needs in the next plan."),
    N_(
        "Compare with the same weekdays before, find the queue or contact point behind the "
        "change, and correct the forecast."
    ),
)
SERVED = Purpose(
    Owner.FLOOR_SUPERVISOR,
    N_("Whether the people on duty keep up with what comes in."),
    N_(
        "Compare with what was offered in the same hours: where the gap grows, move people; where "
        "both fall, check the lines and the sources."
    ),
)
BACKLOG = Purpose(
    Owner.FLOOR_SUPERVISOR,
    N_("What is taken before anything new."),
    N_("Open the list, take the oldest first, and end what a source has forgotten to end."),
)
WAY_IN = Purpose(
    Owner.CHANNEL_OWNER,
    N_("Which step of the menu, the bot or the ways out of the queue is changed."),
    N_("Walk the way in as a customer does, and shorten or reword the step at which they leave."),
)
HANDLING = Purpose(
    Owner.WORKFORCE_PLANNER,
    N_("How much work one contact is in the plan, and which tool or training would lessen it."),
    N_(
        "See which queue or subject moved, and ask the people who handle it what takes longer, "
        "before anybody is asked to hurry."
    ),
)
ROUTING = Purpose(
    Owner.QUALITY_MANAGER,
    N_("Which routing rule, skill or instruction is corrected."),
    N_("Open the contacts behind it, read ten of them, and correct what they have in common."),
)
PASSING_ROUND = replace(
    ROUTING,
    action=N_(
        "Find the queue where it is highest, read ten of the contacts behind its transfer rate, "
        "and correct what they have in common."
    ),
)
LOAD = Purpose(
    Owner.WORKFORCE_PLANNER,
    N_("How much room people have between contacts, and how many contacts they take at once."),
    N_(
        "Where it is high for hours, plan more people or fewer contacts at once; where it is low, "
        "use the time for training."
    ),
)
PRESENCE = Purpose(
    Owner.WORKFORCE_PLANNER,
    N_("How many people the next plan can count on."),
    N_("Compare with the plan of that day, and ask the team lead before drawing a conclusion."),
)
EXPERIENCE = Purpose(
    Owner.QUALITY_MANAGER,
    N_("What is coached, reworded or repaired first."),
    N_(
        "Open the lowest answers, read what happened, and take the commonest cause to the person "
        "who can remove it."
    ),
)
ANSWERING = Purpose(
    Owner.QUALITY_MANAGER,
    N_("Whether the answers are enough to speak for the customers who were asked."),
    N_("Check that the question goes out in every channel and language, soon after the contact."),
)
LOYALTY = Purpose(
    Owner.HEAD_OF_SERVICE,
    N_("Whether product, price or service is what drives customers away."),
    N_("Read what those who gave 0 to 6 wrote about, together with product and sales."),
)
RESOLUTION = Purpose(
    Owner.HEAD_OF_SERVICE,
    N_("Which matters get more authority, better tools or help from another department."),
    N_("Find the queue whose cases stay open or come back, and ask there what is missing."),
)
AVOIDABLE = Purpose(
    Owner.HEAD_OF_SERVICE,
    N_("Which failure is removed first, so that its contacts need nobody any more."),
    N_(
        "Open the contacts, sort them by what went wrong before (no solution, no answer, wrong "
        "queue), and take the largest pile to the owner of its cause."
    ),
)
SELF_SERVICE = Purpose(
    Owner.CHANNEL_OWNER,
    N_("Which self service is extended, repaired or taken away."),
    N_("Open the sessions after which customers came to a person, and mend what sent them on."),
)
RESPONSE = Purpose(
    Owner.CHANNEL_OWNER,
    N_("How soon customers who write are promised an answer, and who is on duty for it."),
    N_(
        "Find the queue and the weekday on which messages lie longest, and give that inbox hours "
        "and people of its own."
    ),
)
ROUNDS = Purpose(
    Owner.CHANNEL_OWNER,
    N_("What the form asks for and the first answer holds, so that nobody has to write again."),
    N_(
        "Open the contacts with the most rounds, see what was asked for a second time, and put it "
        "into the form or the first answer."
    ),
)
PROMISE = Purpose(
    Owner.HEAD_OF_SERVICE,
    N_("How soon customers are told that their matter will be settled."),
    N_("Open the oldest cases of the slowest queue, and see for whom they wait."),
)
RECOGNITION = Purpose(
    Owner.DATA_STEWARD,
    N_("How far figures that follow a customer over contacts may be trusted."),
    N_(
        "Find the channel or source where it changed, and repair how that one tells who the "
        "customer is."
    ),
)
CHECKS = Purpose(
    Owner.DATA_STEWARD,
    N_("Whether lines are tried, and whether test calls are kept apart."),
    N_("Ask who runs the tests, and check that the source still marks them."),
)


@dataclass(frozen=True)
class Unmeasured:
    """A figure of the field that nothing in the store can tell."""

    label: str
    definition: str
    why: str


UNMEASURED: Mapping[str, Unmeasured] = {
    "shrinkage": Unmeasured(
        N_("Shrinkage"),
        N_("Paid time in which people cannot take contacts, of paid time."),
        N_("No source tells schedules."),
    ),
    "adherence": Unmeasured(
        N_("Schedule adherence"),
        N_("Time spent as the schedule has it, of scheduled time."),
        N_("No source tells schedules."),
    ),
    "nps_response_rate": Unmeasured(
        N_("NPS response rate"),
        N_("Answers to the question of recommendation, of customers asked."),
        N_("Whether a customer was asked is counted for CSAT alone."),
    ),
    "ces_response_rate": Unmeasured(
        N_("CES response rate"),
        N_("Answers to the question of effort, of customers asked."),
        N_("Whether a customer was asked is counted for CSAT alone."),
    ),
}
"""Named so that nobody looks for them, or makes them of something else; never shown as a zero."""
