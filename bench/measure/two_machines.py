"""What is different about a run whose generator is on another machine than its servers. Pure."""

from dataclasses import replace

from bench.environment import Environment, GeneratorMachine, Network, of_two
from bench.errors import UsageError
from bench.host.lines import Door
from bench.load.team import MeetingPlace, Team
from bench.measure.plan import Plan

ONE_MACHINE = "servers and generator are on one machine, whatever their addresses"
"""A flaw of placement."""


def fitted(plan: Plan) -> Plan:
    """The plan without what is measured beside the servers on their own machine: crawls, and calls in process.

    Raises UsageError for a plan that is about these, or compares editions.
    """
    if plan.against:
        raise UsageError("--against compares editions on one machine; leave out --agent or --server-host.")
    if not plan.workloads:
        raise UsageError("Over a network only workloads are measured: crawl and call in process on one machine.")
    profile = replace(plan.profile, micro_rounds=0, instruction_rounds=0, crawl_pages=0, crawl_rounds=0)
    return replace(plan, profile=profile, crawl_pages=0)


def check_load(team: Team) -> None:
    """Raise UsageError where the load would come from machines whose network to the servers nobody measures."""
    if team.listen:
        raise UsageError(
            "With generators on other machines the servers are on the one that measures: run this there, with --listen "
            "and without --agent or --server-host."
        )


def apart(plan: Plan, door: Door) -> Plan:
    """The plan as the machine of the servers has it: its load comes from elsewhere."""
    return replace(plan, team=replace(plan.team, listen=MeetingPlace(door.host, door.port)))


def environment(there: Environment, here: Environment, network: Network, *, one_machine: bool) -> Environment:
    """The environment of servers `there` and a generator `here`."""
    return replace(
        there,
        fingerprint=of_two(there.fingerprint, here.fingerprint),
        placement_flaws=(*(there.placement_flaws or ()), *([ONE_MACHINE] if one_machine else [])),
        tools=here.tools,
        generator=GeneratorMachine(here.cpu, here.cores, here.memory_bytes, here.kernel, here.python, here.fingerprint),
        network=network,
    )


def sentence(door: Door, network: Network) -> str:
    """What the network is like, for whoever starts a run."""
    return (
        f"Servers are on the machine of the agent at {door}: {network.spoken}. Nothing is crawled or called in process."
    )
