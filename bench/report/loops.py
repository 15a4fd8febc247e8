"""How a workload was driven, in words: the rate of its arrivals, the order of tables. Pure."""

from bench.store.described import WorkloadInfo


def arrivals(workload: WorkloadInfo) -> str:
    """The rate at which a workload's requests arrive: `730/s`, `70% of its limit`; empty for a closed loop."""
    if workload.arrival_rate_rps:
        return f"{workload.arrival_rate_rps:,g}/s"
    return f"{workload.arrival_share:.0%} of its limit" if workload.arrival_share else ""


def by_arrivals(workload: WorkloadInfo) -> tuple[str, float, float]:
    """The order of open loops: by operations, then the common rate, then the shares; others keep their order."""
    mix = workload.operation_mix if workload.kind == "open" else ""
    return mix, workload.arrival_share or 0.0, workload.arrival_rate_rps or 0.0
