"""The desk's words for what is not there: one phrase for each kind. docs/desk.md lists them."""

DASH = "\u2013"  # in the place of a large figure; the phrase is below it
TOO_FEW_VOTES = "too few votes"
TOO_FEW_SCORED = "too few scored"
NO_USUAL_TONE = "no usual tone yet"
NO_COMMENTS = "no comments"
NO_VOTES = "no votes yet"
NO_VOTES_IN_PERIOD = "no votes in this period"
NO_EARLIER_PERIOD = "no earlier period yet"
TOO_FEW_EARLIER = "not enough earlier votes to compare"
NOT_COUNTED = "not counted until an editor decides"
NOTHING_TO_DO = "Nothing needs you right now."
