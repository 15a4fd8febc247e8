"""The shop in Starlette: class-based endpoints, SQLAlchemy's async engine and Jinja."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from shop import endpoints
from shop.bodies import LeftoverMiddleware
from shop.errors import FaultMiddleware, problem

app = Starlette(
    routes=[
        Route("/plaintext", endpoints.plaintext),
        Route("/json", endpoints.greeting),
        Route("/items", endpoints.Items),
        Route("/items/{item_id}", endpoints.Item),
        Route("/catalog", endpoints.browse),
        Route("/catalog/{item_id}", endpoints.view_item),
        Route("/upstream", endpoints.call_upstream),
        Route("/stream", endpoints.stream),
        Route("/labels", endpoints.print_labels),
        Route("/reprice", endpoints.reprice_list, methods=["POST"]),
    ],
    middleware=[Middleware(FaultMiddleware), Middleware(LeftoverMiddleware)],
    exception_handlers={HTTPException: problem},
)
app.router.redirect_slashes = False
