import string

import cherrypy


class ExactDispatcher(cherrypy.dispatch.MethodDispatcher):
    """One path for each resource: CherryPy's own takes `/items/` and `//items` for `/items`."""

    def __init__(self):
        # A name with punctuation becomes one that no attribute has: `__class__` is no path either.
        super().__init__(translate=str.maketrans(dict.fromkeys(string.punctuation, ".")))

    def __call__(self, path_info):
        super().__call__(path_info)
        path = cherrypy.request.wsgi_environ["PATH_INFO"]
        if path.endswith("/") or "//" in path:
            cherrypy.request.handler = cherrypy.NotFound()
