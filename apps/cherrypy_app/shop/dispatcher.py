import string

import cherrypy


class ExactDispatcher(cherrypy.dispatch.MethodDispatcher):
    """One path for each resource: CherryPy's own takes `/items/` and `//items` for `/items`."""

    def __init__(self):
        # A name with punctuation becomes one that no attribute has: `__class__` is no path either.
        super().__init__(translate=str.maketrans(dict.fromkeys(string.punctuation, ".")))

    def __call__(self, path_info):
        environ = cherrypy.request.wsgi_environ
        path = environ["PATH_INFO"]
        # Cheroot drops the slashes before a path; the target as it was sent still has them.
        if path.endswith("/") or "//" in path or environ.get("REQUEST_URI", "").startswith("//"):
            raise cherrypy.NotFound()
        super().__call__(path_info)

    def find_handler(self, path):
        """A resource that does not use up all segments of a path is not what the path names."""
        resource, rest = super().find_handler(path)
        return (None, rest) if rest else (resource, rest)
