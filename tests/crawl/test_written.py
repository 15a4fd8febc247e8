"""The settings of the project, as a run stores them, and what they must be for a crawl to be a measurement."""

import pytest

from bench.crawl import written


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOWNLOAD_DELAY", 0),
        ("CONCURRENT_REQUESTS", 16),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 16),
        ("AUTOTHROTTLE_ENABLED", False),
        ("COOKIES_ENABLED", False),
        ("TELNETCONSOLE_ENABLED", False),
        ("REMOTE_CONTROL_ENABLED", False),
        ("HTTPCACHE_ENABLED", False),
        ("HTTPPROXY_ENABLED", False),
        ("RETRY_ENABLED", False),
        ("REDIRECT_ENABLED", False),
        ("ROBOTSTXT_OBEY", False),
        ("LOG_LEVEL", "INFO"),
    ],
)
def test_what_would_change_the_figures_is_written_out(name: str, value: object) -> None:
    assert written.settings()[name] == repr(value)


def test_versions_are_those_of_the_lock() -> None:
    assert set(written.versions()) == {"scrapy", "twisted", "parsel", "lxml"}
    assert written.versions()["scrapy"].startswith("2.")
