"""The names of the messages between a master and its generators. Locust carries them beside its own.

A generator says once that it has JOINED, and is either WELCOME or, with other code than the master's, REFUSED. After
that the master speaks and each generator answers: a message has a `number`, which its answer repeats, and what is
`said`.
"""

JOINED = "bench-joined"
WELCOME = "bench-welcome"
REFUSED = "bench-refused"
ANSWER = "bench-answer"
PING = "bench-ping"
ENGAGE = "bench-engage"
READY = "bench-ready"
PLAY = "bench-play"
DISMISS = "bench-dismiss"
FORGET = "bench-forget"

QUIT, MISSING = "quit", "missing"
"""Locust's own words: whoever hears the first ends, and the second is the state of one whose heart beats no more."""
