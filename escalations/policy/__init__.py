"""Policy as data: may the AI settle this case, why is a person needed, where does it go, how urgent is it?

    facts = Facts(case=..., rules=..., triage=...)        # types: plain values, no database
    policy = load(version.digest, version.document)       # document: checked, hashed, compiled once
    outcome = decide(facts, policy)                       # engine: same facts and document, equal outcome
    explain(outcome.trace, policy)                        # explain: every rule, held or not, with its inputs

Python measures (`signals`), the four decision tables conclude (reasons, allocation, tiers, queues),
and `engine` holds the tests that no document can undo. The shipped document is `default`; `lint` says what is
wrong with another one.
"""
