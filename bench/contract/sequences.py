"""Random sequences of operations, compared step by step with a plain dictionary, and shortened where they differ."""

import tempfile
from bisect import insort
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import NoReturn

from hypothesis import HealthCheck, Phase, Verbosity, configuration, reject, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.stateful import Bundle, RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from bench.contract import shapes
from bench.contract.client import NoAnswer
from bench.contract.fields import Fields, encode, fields, identical
from bench.contract.message import Answer
from bench.contract.shop import Shop
from bench.errors import BenchError

_EXAMPLES = 30
_STEPS = 30
_SHRINKING_S = 4.0
_SETTINGS = settings(
    max_examples=_EXAMPLES,
    stateful_step_count=_STEPS,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=False,
    report_multiple_bugs=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    verbosity=Verbosity.quiet,
)

_ONE_AT_A_TIME = Lock()
"""A lock: apps may be verified side by side, but Hypothesis has settings for the whole process."""

_TEXTS = ("", "Lamp", " Lamp ", "0", "Crème brûlée", "<b>&amp;</b>", "🎪 tent", "'; --", '"\\')
_FIELDS = st.builds(
    fields,
    name=st.sampled_from(_TEXTS[1:]),
    description=st.sampled_from(_TEXTS),
    price_cents=st.sampled_from((0, 1, 99, 100, 10_000_000)),
    in_stock=st.booleans(),
)


class _Differs(Exception):
    """The server did not answer as the dictionary did."""


class SequenceTrial:
    """The state of all sequences: the shop, and the shortest sequence that went wrong."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.before = sorted(shop.ids_before)
        self.total = shop.total()
        self.until: float | None = None
        self.worst: tuple[list[str], str, str] | None = None
        self.broken: BenchError | None = None

    def differs(self, steps: list[str], expected: str, got: str) -> NoReturn:
        """Remember the sequence if it is the shortest so far; Hypothesis then looks for a shorter one, for a while."""
        if self.worst is None or len(steps) <= len(self.worst[0]):
            self.worst = (list(steps), expected, got)
        self.until = self.until or monotonic() + _SHRINKING_S
        raise _Differs

    def over(self) -> bool:
        """No more requests: the server died, or enough time was spent on shortening a sequence."""
        return self.broken is not None or (self.until is not None and monotonic() > self.until)


class _Machine(RuleBasedStateMachine):
    """Each rule does the same to the server and to the dictionary; any id that was ever given out may come up again."""

    ids: Bundle[int] = Bundle("ids")

    def __init__(self, trial: SequenceTrial) -> None:
        super().__init__()
        self.trial, self.model, self.steps = trial, dict[int, Fields](), list[str]()
        trial.shop.manner.begin("a sequence")

    @rule(target=ids, wanted=_FIELDS)
    def create(self, wanted: Fields) -> int:
        answer = self._ask("POST", "/items", encode(wanted))
        item_id = shapes.item_id(answer)
        if item_id is None or item_id in self.model or item_id in self.trial.shop.ids_before:
            self._differs(answer, "201 and an item under a new id")
        self.model[item_id] = {"id": item_id} | wanted
        self._expect(answer, 201, self.model[item_id])
        return item_id

    @rule(item_id=ids, wanted=_FIELDS)
    def update(self, item_id: int, wanted: Fields) -> None:
        answer = self._ask("PUT", f"/items/{item_id}", encode(wanted))
        if item_id in self.model:
            self.model[item_id] = {"id": item_id} | wanted
        self._expect(answer, 200, self.model.get(item_id))

    @rule(item_id=ids)
    def delete(self, item_id: int) -> None:
        answer = self._ask("DELETE", f"/items/{item_id}")
        expected = 204 if self.model.pop(item_id, None) else 404
        if answer.status != expected:
            self._differs(answer, str(expected))

    @rule(item_id=ids)
    def read(self, item_id: int) -> None:
        self._expect(self._ask("GET", f"/items/{item_id}"), 200, self.model.get(item_id))

    @precondition(lambda self: self.steps)
    @rule(back=st.integers(0, 6), limit=st.integers(1, 6))
    def look_at_the_end(self, back: int, limit: int) -> None:
        """The last rows of the list, among which new ones mostly are."""
        total = self.trial.total + len(self.model)
        offset = max(total - back, 0)
        answer = self._ask("GET", f"/items?offset={offset}&limit={limit}")
        stretch = shapes.listing(answer)
        if stretch is None or stretch[1] != total:
            self._differs(answer, f'200 and "total": {total}')
        elif self.trial.total == len(self.trial.before):
            self._expect_listed(answer, stretch[0], self._all_ids()[offset : offset + limit])

    def teardown(self) -> None:
        try:
            self.trial.shop.clear()
        except BenchError as fault:
            self.trial.broken = fault

    def _all_ids(self) -> list[int]:
        ids = list(self.trial.before)
        for item_id in self.model:
            insort(ids, item_id)
        return ids

    def _expect_listed(self, answer: Answer, items: list[shapes.Document], ids: list[int]) -> None:
        """Rows that were there before are compared by their ids alone."""
        shown = [item if item.get("id") in self.model else item.get("id") for item in items]
        expected = [self.model.get(item_id, item_id) for item_id in ids]
        if not identical(shown, expected):
            self._differs(answer, f"the items {expected}")

    def _expect(self, answer: Answer, status: int, expected: Fields | None) -> None:
        if expected is None and answer.status != 404:
            self._differs(answer, "404")
        elif expected and (answer.status != status or not identical(shapes.document(answer), expected)):
            self._differs(answer, f"{status} {expected}")

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        if self.trial.over():
            reject()
        try:
            answer = self.trial.shop.ask(method, path, body)
        except NoAnswer as fault:
            self.steps.append(str(fault.request))
            self.trial.differs(self.steps, "an answer", fault.what)
        except BenchError as fault:
            self.trial.broken = fault
            raise
        self.steps.append(f"{answer.request} -> {answer.status}")
        return answer

    def _differs(self, answer: Answer, expected: str) -> NoReturn:
        self.trial.differs(self.steps, expected, answer.summary())


def try_sequences(shop: Shop) -> None:
    """Note the shortest sequence after which the server and a dictionary hold different items."""
    trial = SequenceTrial(shop)
    try:
        with _ONE_AT_A_TIME, _nothing_written():
            run_state_machine_as_test(lambda: _Machine(trial), settings=_SETTINGS)  # type: ignore[arg-type]  # may be any callable
    except (_Differs, HypothesisException, BenchError, ExceptionGroup):
        # Hypothesis may not be able to repeat a failure; the first occurrence counts.
        pass
    if trial.broken is not None:
        raise trial.broken
    if trial.worst is not None:
        steps, expected, got = trial.worst
        shop.note("\n".join(steps), expected, got)


@contextmanager
def _nothing_written() -> Iterator[None]:
    """Hypothesis writes files even without a database: keep them out of the user's folder."""
    with tempfile.TemporaryDirectory() as elsewhere:
        configuration.set_hypothesis_home_dir(elsewhere)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(None)
