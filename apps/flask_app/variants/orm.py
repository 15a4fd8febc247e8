"""The variant orm: the same views, on rows that are objects of SQLAlchemy's ORM."""

import os

import shop
import sqlalchemy as sa
from shop import views
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

_ITEMS_A_PAGE = 20


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    description: Mapped[str] = mapped_column(sa.String(500))
    price_cents: Mapped[int]
    in_stock: Mapped[bool]

    def as_dict(self):
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "price_cents": self.price_cents,
            "in_stock": self.in_stock,
        }


_engine = sa.create_engine(os.environ["DATABASE_URL"])
# What was committed is answered as it stands, and not read again.
_Session = sessionmaker(_engine, expire_on_commit=False)
_COUNT = sa.select(sa.func.count()).select_from(Item)


@sa.event.listens_for(_engine, "connect")
def _configure(connection, _record):
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


class Items:
    """What the views ask of `shop.items`, by object."""

    @staticmethod
    def find(offset, limit):
        with _Session() as session:
            page = session.scalars(sa.select(Item).order_by(Item.id).offset(offset).limit(limit)).all()
            return [item.as_dict() for item in page], session.scalar(_COUNT)

    @staticmethod
    def catalogue_page(number):
        with _Session() as session:
            last = max(1, -(-session.scalar(_COUNT) // _ITEMS_A_PAGE))
            if not number or number > last:
                return None
            first = (number - 1) * _ITEMS_A_PAGE
            return session.scalars(sa.select(Item).order_by(Item.id).offset(first).limit(_ITEMS_A_PAGE)).all(), last

    @staticmethod
    def read(item_id):
        if item_id is None:
            return None
        with _Session() as session:
            item = session.get(Item, item_id)
            return item and item.as_dict()

    @staticmethod
    def create(fields):
        with _Session.begin() as session:
            item = Item(**fields)
            session.add(item)
        return item.as_dict()

    @staticmethod
    def update(item_id, fields):
        if item_id is None:
            return None
        with _Session.begin() as session:
            item = session.get(Item, item_id)
            if item is None:
                return None
            for name, value in fields.items():
                setattr(item, name, value)
        return item.as_dict()

    @staticmethod
    def delete(item_id):
        if item_id is None:
            return False
        with _Session.begin() as session:
            item = session.get(Item, item_id)
            if item is None:
                return False
            session.delete(item)
        return True


def create_app():
    views.items = Items
    return shop.create_app()
