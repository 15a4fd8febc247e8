"""The database of a URL as Django's settings describe it."""

from urllib.parse import unquote, urlsplit


def database(url):
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:///"),
            "OPTIONS": {
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000",
            },
        }
    if parts.scheme == "mysql":
        import pymysql  # noqa: PLC0415  (no other database needs it)

        pymysql.install_as_MySQLdb()
    return {
        "ENGINE": f"django.db.backends.{parts.scheme}",
        "HOST": parts.hostname,
        "PORT": parts.port,
        "USER": unquote(parts.username),
        "PASSWORD": unquote(parts.password),
        "NAME": unquote(parts.path[1:]),
    }
