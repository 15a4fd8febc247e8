"""The shop's one table, which exists already. Nothing but pydal here, so that web2py can read it too."""


def define_tables(db):
    db.define_table(
        "item",
        db.Field("name", length=100, notnull=True),
        db.Field("description", length=500, notnull=True),
        db.Field("price_cents", "integer", notnull=True),
        # pydal's own booleans are the letters T and F; the table holds 1 and 0.
        db.Field("in_stock", "integer", notnull=True, filter_in=int, filter_out=bool),
        migrate=False,
    )


def price(item):
    """An item's price as pages write it: 1234 cents are 12.34."""
    return f"{item.price_cents // 100}.{item.price_cents % 100:02}"
