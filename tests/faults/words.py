"""Words in a subject that tell the fault tests' engine and provider what to do."""

URGENT = "Somebody is in distress"
POISON = "This case ends whoever reads it"
MISBEHAVIOURS = ("hang", "fail", "refuse", "babble", "overstate", "break_off")
"""What the provider can be asked for: a subject says "please hang"."""
