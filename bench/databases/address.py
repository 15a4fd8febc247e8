"""The address of a database as a URL: an app reads it from `DATABASE_URL`, and so may the suite."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlsplit

from bench.errors import UsageError

VARIABLE = "DATABASE_URL"


@dataclass(frozen=True, slots=True)
class Address:
    """One database of a server."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    database: str

    @property
    def url(self) -> str:
        """The URL that an app is given; every part is percent-encoded."""
        who = ":".join(quote(word, safe="") for word in (self.user, self.password))
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{who}@{host}:{self.port}/{quote(self.database, safe='')}"

    def of(self, database: str) -> "Address":
        """Another database of the same server."""
        return replace(self, database=database)


def given(environ: Mapping[str, str], scheme: str, port: int, database: str) -> Address | None:
    """The server that DATABASE_URL names, where that is of this `scheme`; `port` and `database` are the usual ones.

    Raises UsageError for a URL of the scheme that names no host or no user.
    """
    url = environ.get(VARIABLE, "")
    if not url.startswith(f"{scheme}://"):
        return None
    try:
        parts = urlsplit(url)
        host, user = parts.hostname, parts.username
        number = parts.port or port
    except ValueError:
        host = user = None
        number = port
    if not host or not user:
        raise UsageError(f"{VARIABLE} must look like {scheme}://USER:PASSWORD@HOST:{port}/{database}.")
    own = unquote(parts.path.strip("/")) or database
    return Address(scheme, host, number, unquote(user), unquote(parts.password or ""), own)
