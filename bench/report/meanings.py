"""What every check protects, and what a reader should do where it complains."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """A check in words: the claim that it `protects`, and the `advice` where it does not pass."""

    protects: str
    advice: str


UNKNOWN = Meaning("", "")
"""Of a check that an older or a newer version made."""

MEANINGS = {
    "contract": Meaning(
        "All apps did the same work.", "Choose nothing by this run: verify the app that is named, and run again."
    ),
    "errors": Meaning(
        "Only right answers count as throughput.", "Read the failures: a cell that failed has no figure, others hold."
    ),
    "noise-floor": Meaning(
        "A difference is one of the code, not of two processes.",
        "Choose nothing by this run: repeat it on a quieter machine or with more rounds.",
    ),
    "generator-headroom": Meaning(
        "A throughput is the server's limit, not the generator's.", 'Read the cells that are named as "at least".'
    ),
    "saturation": Meaning(
        "A throughput is what the server's CPU allows.",
        "Take the CPU per request of that cell in place of its throughput: the server waited for something else.",
    ),
    "littles-law": Meaning(
        "Requests and response times were counted rightly.",
        "Take no response time of that cell, and report it as a fault of the suite.",
    ),
    "send-lag": Meaning(
        "A response time is the server's, not the generator's.",
        "Take the response times of that cell as at most so much, or ask for a lower rate.",
    ),
    "backlog": Meaning(
        "A response time belongs to a rate that the server carries.",
        "Take no response time of the cells that are named: only that the rate is too high for them.",
    ),
    "reconnects": Meaning(
        "All SUTs answered over connections that stay open.",
        "Look in the server's log for why it closes connections: opening them again is in its figures.",
    ),
    "quiet-servers": Meaning(
        "All SUTs only answered.",
        "Switch off the log of the app that is named, its files or its threads: what they cost is in its figures.",
    ),
    "network": Meaning(
        "A figure is the server's, not the network's.",
        'Read the cells that are named as "at least", and response times as with the way there and back.',
    ),
    "placement": Meaning(
        "Servers and generator do not slow each other down.",
        "Expect other ratios on a machine where each has a core of its own, and prefer CPU per request to throughput.",
    ),
    "generators": Meaning(
        "All cells were loaded alike.",
        "Look at the machines of the generators that were lost: fewer of them reach their own limit sooner.",
    ),
    "quota": Meaning(
        "A figure is the server's, not that of a quota of CPU time.",
        "Choose nothing by this run: give the container at least as much CPU time as the run uses CPUs.",
    ),
    "quiet-host": Meaning(
        "The CPUs were this machine's own.", "Prefer CPU per request to throughput, or repeat the run at another hour."
    ),
    "neighbours": Meaning(
        "A cost in process is that of an undisturbed core.",
        "Take absolute figures for those of a slower machine; at another hour the intervals are narrower.",
    ),
}
