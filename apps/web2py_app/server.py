"""The WSGI callable that servers are pointed at: py4web with the folder `apps`."""

import tempfile
from pathlib import Path

from py4web import core

NOWHERE = "/nowhere"
MOST_DISCARDED_BYTES = 65_536


def load():
    """py4web with the shop loaded, or the error that kept it from loading.

    py4web writes a session secret and a database of error tickets beside the apps. The shop has no use for either, so
    they go where nothing is left of them: the source stays clean, and copies of the app can start at the same moment.
    """
    with tempfile.TemporaryDirectory(prefix="py4web-") as service_folder:
        core.DEFAULTS["PY4WEB_SERVICE_FOLDER"] = service_folder
        loaded = core.wsgi(apps_folder=str(Path(__file__).with_name("apps")), app_names="_default")
    if failure := core.Reloader.ERRORS["_default"]:
        raise RuntimeError(failure)
    return loaded


def application(environ, start_response):
    """Send paths that ombott would misread to a 404, and read bodies that nobody asked for.

    It leaves out the slashes around a path, so that `/items/` would be `/items`; and a path that is not UTF-8 breaks
    it if it is the first on its thread. No path of the shop has such slashes or is other than ASCII. Rocket takes the
    body of a GET, where it is left unread, for the next request.
    """
    path = environ["PATH_INFO"]
    if path.endswith("/") or path.startswith("//") or not path.isascii():
        environ["PATH_INFO"] = NOWHERE
    if environ.get("CONTENT_LENGTH") and environ["REQUEST_METHOD"] not in ("POST", "PUT"):
        environ["wsgi.input"].read(min(int(environ.pop("CONTENT_LENGTH")), MOST_DISCARDED_BYTES))
    return py4web_application(environ, start_response)


py4web_application = load()
