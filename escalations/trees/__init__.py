"""Decision trees: where a case enters the desk, as data that a supervisor can read and change (R050, R052).

Pure: plain values in, plain values out. `check` says what is wrong with a document, `walk` follows one.
A document is {"schema": SCHEMA, "nodes": [node, ...]}; the first node is the start. A node asks one thing of the
case and sends it on: {"id", "ask", "op", "value", "yes", "no"}, where `yes` and `no` are "node:<id>",
"queue:<slug>" or "policy" (the queue that policy chose).
"""

from escalations.trees.check import Desk, Problem, check
from escalations.trees.facts import TreeFacts
from escalations.trees.walk import Step, Walk, end, walk
from escalations.trees.words import POLICY, SCHEMA

__all__ = ["POLICY", "SCHEMA", "Desk", "Problem", "Step", "TreeFacts", "Walk", "check", "end", "walk"]
