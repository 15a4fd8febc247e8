"""The module with the table's queries: that for the database which DATABASE_URL names."""

import importlib
import os

_MODULES = {"sqlite": "items_sqlite", "postgresql": "items_postgresql", "mysql": "items_mysql"}

items = importlib.import_module(_MODULES[os.environ["DATABASE_URL"].partition(":")[0]])
