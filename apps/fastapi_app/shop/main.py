"""The shop in FastAPI: SQLModel, sessions as dependencies, and Jinja."""

from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.templating import Jinja2Templates
from pydantic_core import PydanticSerializationError
from sqlalchemy import BigInteger, literal
from sqlmodel import delete, func, select, update
from starlette.exceptions import HTTPException as AnyHTTPException

from shop import upstream
from shop.bodies import BodyMiddleware
from shop.errors import FaultMiddleware, invalid, problem, unsendable
from shop.labels import labels
from shop.models import Item, ItemIn, ItemOut, Listing, Number, SessionDep
from shop.orders import Order, Summary
from shop.price_lists import PriceList, Repriced
from shop.stream import lines

ITEMS_A_PAGE = 20

app = FastAPI(
    openapi_url=None,
    redirect_slashes=False,
    exception_handlers={
        AnyHTTPException: problem,
        RequestValidationError: invalid,
        PydanticSerializationError: unsendable,
    },
)
app.add_middleware(BodyMiddleware)
app.add_middleware(FaultMiddleware)
templates = Jinja2Templates(Path(__file__).with_name("templates"))
templates.env.filters["price"] = lambda cents: f"{cents // 100}.{cents % 100:02}"


@app.get("/plaintext", response_class=PlainTextResponse)
async def plaintext():
    return "Hello, World!"


@app.get("/json")
async def greeting():
    return {"message": "Hello, World!"}


@app.get("/items")
def list_items(session: SessionDep, offset: Number = 0, limit: Annotated[Number, Query(ge=1, le=100)] = 20) -> Listing:
    # The type is declared to the database, and must be wide enough for what a client may ask for.
    page = select(Item).order_by(Item.id).offset(literal(offset, BigInteger)).limit(limit)
    return {"items": session.exec(page).all(), "total": session.exec(select(func.count(Item.id))).one()}


@app.post("/items", status_code=201)
def create_item(fields: ItemIn, session: SessionDep, response: Response) -> ItemOut:
    item = Item(**fields.model_dump())
    session.add(item)
    session.commit()
    response.headers["Location"] = f"/items/{item.id}"
    return item


@app.get("/items/{item_id}")
def read_item(item_id: Number, session: SessionDep) -> ItemOut:
    return session.get(Item, item_id) or missing()


@app.put("/items/{item_id}")
def update_item(item_id: Number, fields: ItemIn, session: SessionDep) -> ItemOut:
    values = fields.model_dump()
    updated = session.exec(update(Item).where(Item.id == item_id).values(**values))
    session.commit()
    return ItemOut(id=item_id, **values) if updated.rowcount else missing()


@app.delete("/items/{item_id}", status_code=204)
def delete_item(item_id: Number, session: SessionDep):
    deleted = session.exec(delete(Item).where(Item.id == item_id))
    session.commit()
    if not deleted.rowcount:
        missing()


@app.get("/catalog")
def browse(request: Request, session: SessionDep, page: Number = 1):
    last = max(1, -(-session.exec(select(func.count(Item.id))).one() // ITEMS_A_PAGE))
    if not 1 <= page <= last:
        missing()
    items = session.exec(select(Item).order_by(Item.id).offset((page - 1) * ITEMS_A_PAGE).limit(ITEMS_A_PAGE)).all()
    return templates.TemplateResponse(request, "catalog.html", {"items": items, "page": page, "last": last})


@app.get("/catalog/{item_id}")
def view_item(request: Request, item_id: Number, session: SessionDep):
    item = session.get(Item, item_id) or missing()
    return templates.TemplateResponse(request, "item.html", {"item": item})


@app.post("/orders/check")
async def check_order(order: Order) -> Summary:
    return Summary.of(order)


@app.get("/upstream")
async def call_upstream(ms: Annotated[Number, Query(ge=1, le=1000)]):
    return {"upstream": await upstream.answer(ms)}


@app.get("/stream")
async def stream():
    return StreamingResponse(lines(), media_type="text/plain")


@app.get("/labels")
async def print_labels(request: Request, page: Number = 1, text: str = ""):
    sheet = labels(text, page) or missing()
    return templates.TemplateResponse(request, "labels.html", {"text": text, "labels": sheet})


@app.post("/reprice")
async def reprice_list(asked: PriceList) -> Repriced:
    return Repriced.of(asked)


def missing():
    raise HTTPException(404)
