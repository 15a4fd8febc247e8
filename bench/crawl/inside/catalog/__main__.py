"""The Scrapy process: orders come in on standard input, reports go out on standard output, a JSON object a line.

Its only argument is a JSON object of settings that differ from those of the project.
"""

import asyncio
import json
import sys
import traceback
from dataclasses import asdict
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging
from scrapy.utils.reactor import install_reactor

from catalog.samples import Sampler
from catalog.turns import Crawl

_LONGEST_LINE = 2**20


class Crawls:
    """The crawls of this process, by site."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._runner = AsyncCrawlerRunner(settings)
        self._crawls: dict[str, Crawl] = {}
        self._sampler = Sampler()

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        """Carry out one order."""
        match order:
            case {"do": "open", "site": site, **arguments}:
                self._crawls[site] = Crawl.begin(self._runner, **arguments)
                return {}
            case {"do": "turn", "site": site, "pages": pages, "within_s": within_s}:
                return asdict(await self._crawls[site].turn(pages, within_s))
            case {"do": "close", "site": site}:
                return asdict(await self._crawls.pop(site).close())
            case {"do": "sample"}:
                self._sampler.start()
                return {}
            case {"do": "stop sampling"}:
                return self._sampler.stop()
        raise ValueError(f"no such order: {order}")


async def _obey_all(crawls: Crawls) -> None:
    reader = asyncio.StreamReader(limit=_LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            reply = await crawls.obey(json.loads(line))
        except Exception:  # noqa: BLE001  (whatever it is, whoever waits for the reply hears of it)
            traceback.print_exc()
            reply = {"error": traceback.format_exc().strip().splitlines()[-1]}
        print(json.dumps(reply), flush=True)


def main() -> None:
    """Obey until standard input ends."""
    settings = Settings()
    settings.setmodule("catalog.settings")
    settings.update(json.loads(sys.argv[1]), priority="cmdline")
    configure_logging(settings)
    install_reactor(settings["TWISTED_REACTOR"], settings["ASYNCIO_EVENT_LOOP"])
    from twisted.internet import reactor  # noqa: PLC0415  (there is none before it is installed)

    crawls = Crawls(settings)

    async def run() -> None:
        try:
            await _obey_all(crawls)
        finally:
            reactor.stop()

    tasks: list[asyncio.Task[None]] = []
    reactor.callWhenRunning(lambda: tasks.append(asyncio.ensure_future(run())))
    reactor.run(installSignalHandlers=False)


if __name__ == "__main__":
    main()
