"""The shop's one table, which exists already. Nothing but pydal here, so that web2py can read it too."""


def define_tables(db):
    db.define_table(
        "item",
        db.Field("name", length=100, notnull=True),
        db.Field("description", length=500, notnull=True),
        db.Field("price_cents", "integer", notnull=True),
        in_stock(db),
        migrate=False,
    )


def in_stock(db):
    """pydal's booleans are the letters T and F, but in PostgreSQL; elsewhere the table holds 1 and 0."""
    if db._adapter.dbengine == "postgres":
        return db.Field("in_stock", "boolean", notnull=True)
    return db.Field("in_stock", "integer", notnull=True, filter_in=int, filter_out=bool)


def price(item):
    """An item's price as pages write it: 1234 cents are 12.34."""
    return f"{item.price_cents // 100}.{item.price_cents % 100:02}"
