"""What is asked in process."""

from dataclasses import replace

import pytest

from bench.contract import seed
from bench.contract.operations import OPERATIONS
from bench.contract.operations.delete_item import DELETE_ITEM
from bench.micro import questions as micro_questions
from bench.micro.questions import brief, complaint, questions
from bench.model import Interface
from tests import builders

APP = builders.app("flask")


def test_every_operation_that_does_not_wait_is_asked_with_its_method_and_status() -> None:
    questions_ = brief(APP, "app", questions(APP))["questions"]
    assert [(name, question["method"], question["status"]) for name, question in questions_.items()] == [
        (operation.id, operation.method, operation.status) for operation in OPERATIONS if not operation.wait_s
    ]


def test_an_unsupported_operation_is_not_asked() -> None:
    asked = questions(replace(APP, unsupported={"browse": "no templates"}))
    assert "browse" not in [question.operation for question in asked]


def test_rows_to_delete_are_laid_in_and_each_is_asked_for_once() -> None:
    (deletes,) = questions(APP, ("delete-item",))
    paths = [ask.path for ask in deletes.asks]
    assert len(set(paths)) == len(paths) == deletes.stock
    assert paths[0] == f"/items/{seed.ROWS + 1}"


def test_two_operations_that_use_rows_up_share_none(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [DELETE_ITEM, replace(DELETE_ITEM, id="drop-item")]
    monkeypatch.setattr(micro_questions, "OPERATIONS", twice)
    first, second = questions(APP, stock=3)
    assert (first.stock, second.stock) == (3, 6)
    assert not {ask.path for ask in first.asks} & {ask.path for ask in second.asks}


def test_the_first_answer_is_held_against_the_contract() -> None:
    (plain,) = questions(APP, ("plaintext",))
    assert complaint(plain, "Hello, World!") is None
    assert complaint(plain, "Hello!") is not None


@pytest.mark.parametrize(("interface", "null"), [("wsgi", "null"), ("asgi", "null-asgi")])
def test_the_application_that_does_nothing_is_asked_the_same_and_answers_200(interface: Interface, null: str) -> None:
    asked = questions(APP, ("create-item",))
    questions_ = brief(replace(APP, interface=interface), null, asked)
    assert (questions_["application"], questions_["interface"]) == (null, interface)
    assert questions_["questions"] == {
        "create-item": {**brief(APP, "app", asked)["questions"]["create-item"], "status": 200}
    }


def test_the_brief_says_all_that_the_session_needs() -> None:
    questions_ = brief(APP, "app", questions(APP, ("list-items",)))
    assert questions_["application"] == "shop:create_app()"
    path, query, headers, body = questions_["questions"]["list-items"]["asks"][0]
    assert (path, headers, body) == ("/items", (), "")
    assert query.startswith("offset=")


def test_of_large_requests_there_are_few_and_each_is_made_once() -> None:
    (large,), (small,) = questions(APP, ("reprice-list",)), questions(APP, ("read-item",))
    assert len(large.asks) == len(set(large.asks)) == 4
    assert len(small.asks) == 256
