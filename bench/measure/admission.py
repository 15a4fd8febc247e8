"""Which SUTs of a plan are measured: those that can be made ready, come up, and keep the contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.sent import Sent
from bench.contract import hardening
from bench.contract.violation import Violation
from bench.errors import BenchError
from bench.identity import USUAL_DATABASE
from bench.measure import plan as plans
from bench.measure.ground import Ground
from bench.measure.listener import Listener
from bench.measure.plan import Plan
from bench.model import App, Sut
from bench.suts import environments
from bench.workspace import Workspace

Violations = Mapping[str, Sequence[Violation]]
_BREAKS = "breaks the contract"


@dataclass(frozen=True, slots=True)
class Admission:
    """Takes SUTs that are broken out of a plan, and reports each; `baseline` is the one that was asked for.

    A plan of which nothing may be left out is `whole`: then the first error is raised, as it is where nothing is left.
    """

    ground: Ground
    workspace: Workspace
    listener: Listener
    baseline: str | None = None
    whole: bool = False

    def prepared(self, plan: Plan) -> Plan:
        """The plan of what can be made ready; the environments are there.

        Raises SetupError and ManifestError.
        """
        broken: dict[App, BenchError] = {}
        leave_out = None if self.whole else broken.__setitem__
        for app in self.ground.prepare(_apps(plan), leave_out):
            self.listener.environment_made(str(app))
        plan = self._without(plan, {sut: broken[sut.app] for sut in plan.suts if sut.app in broken})
        if plan.crawl_pages and environments.ensure_crawler(self.workspace.state):
            self.listener.environment_made("the crawler")
        return plan

    def verified(self, plan: Plan) -> tuple[Plan, Violations, Mapping[str, Sent]]:
        """The plan of what comes up and keeps the contract, with the violations of clauses that an app may break, and
        what each sends to its database, by SUT id.

        Raises ServerError, and BenchError where what breaks other clauses cannot be left out.
        """
        self.listener.verifying(plan.suts)
        seen = self.ground.verify(plan.suts, whole=self.whole)
        plan = self._without(plan, {sut: seen.broken[sut.id] for sut in plan.suts if sut.id in seen.broken})
        for sut in plan.suts:
            if seen.violations[sut.id]:
                self.listener.violated(sut, seen.violations[sut.id])
        return self._keeping(plan, seen.violations), seen.violations, seen.sent

    def _keeping(self, plan: Plan, violations: Violations) -> Plan:
        """The plan of what keeps the contract, but for clauses that an app may break."""
        breaking = [sut for sut in plan.suts if any(one.group != hardening.GROUP for one in violations[sut.id])]
        if breaking and (self.whole or len(breaking) == len(plan.suts)):
            names = ", ".join(sut.id for sut in breaking)
            raise BenchError(f"Not measured, for breaking the contract: {names}. {_verify_again(breaking[0])}")
        errors = {sut: BenchError(f"{sut.id} {_BREAKS}. {_verify_again(sut)}") for sut in breaking}
        return self._without(plan, errors, _BREAKS)

    def _without(self, plan: Plan, broken: Mapping[Sut, BenchError], why: str = "is broken") -> Plan:
        if not broken:
            return plan
        errors = tuple(dict.fromkeys(broken.values()))
        if len(broken) == len(plan.suts):
            raise errors[0]
        for error in errors:
            self.listener.leaves_out(error)
        # What the error says may name folders of this machine, and what is stored must not.
        return plans.without(plan, {sut: f"{sut.id} {why}." for sut in broken}, self.baseline)


def _apps(plan: Plan) -> tuple[App, ...]:
    return tuple(dict.fromkeys(sut.app for sut in plan.suts))


def _verify_again(sut: Sut) -> str:
    """How to see all violations of a SUT."""
    if sut.app.edition:
        return (
            f"It is the edition to compare with: as it breaks {sut.key.app_id}'s contract of today, nothing compares."
        )
    server = "" if sut.server == sut.app.usual_server else f" --server {sut.server}"
    on = "" if sut.key.database == USUAL_DATABASE else f" --database {sut.key.database}"
    return f"`python -m bench verify {sut.key.app_id}{server}{on}` shows all of it."
