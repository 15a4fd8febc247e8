"""What the load generator sees of an app whose database goes and comes back: errors by kind, and then none."""

from contextlib import ExitStack
from pathlib import Path
from threading import Timer

import pytest

from bench.databases import private
from bench.databases.served import ServedTemplate
from bench.host.protocol import Host
from bench.load.client import Generator, generator
from bench.model import App, Sut
from bench.suts import servers
from tests.commands import until
from tests.databases.asking import SERVERS, engine
from tests.here import HERE
from tests.load.orders import Seen, rotate, target

pytestmark = [pytest.mark.slow, pytest.mark.servers]


def loaded(load: Generator, port: int, folder: Path, turns: int = 2) -> Seen:
    return rotate(load, folder, target(port), workload="read-item", turns=turns, answer_within_s=10.0)


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("app", ["wsgi", "flask"])
def test_errors_are_counted_by_kind_while_the_server_is_gone_and_there_are_none_when_it_is_back(
    installed: dict[str, App], app: str, name: str, host: Host, tmp_path: Path
) -> None:
    made = engine(name)
    with private.place(name, (made.account,), host) as place, ExitStack() as stack:
        server = made._address(place.password, host)
        command = made.lay_out(made._program(), place, server)
        running = (place, command, made.stop, lambda: made._answers(server), made.title)
        load = stack.enter_context(generator(tmp_path / "generator.log", host))
        with private.running(*running) as process:
            with made.dialect.opened(server) as session:
                made.dialect.plant(session, server)
            url = ServedTemplate(made.dialect, server, None, None).copy("one").url
            sut = Sut.of(installed[app], database=name)
            port = stack.enter_context(servers.serve(sut, url, tmp_path / "app.log", host, HERE.state)).port
            assert loaded(load, port, tmp_path).tally().errors == {}
            ends = Timer(0.5, host.signal, (process, made.stop))
            ends.start()
            failing = loaded(load, port, tmp_path, turns=40)
            ends.join()
        assert failing.requests() > 0, "it had begun"
        assert failing.tally().errors
        assert failing.tally().errors.keys() <= {"status 500", "status 503"}
        with private.running(*running):
            assert until(lambda: loaded(load, port, tmp_path).tally().errors == {}, 10)
