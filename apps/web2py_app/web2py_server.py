"""The WSGI callable of the variant web2py: web2py's own handler, on the checkout that WEB2PY_HOME names.

web2py keeps its applications, logs and sessions in one folder. Here that is a folder of its own, below the one for
temporary files, and bytecode goes into the app's environment: nothing is written into the checkout.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

# From the app's environment: web2py itself would take its submodules, which a checkout may have in any version.
import pydal
import rocket3
import yatl

HERE = Path(__file__).parent
SHARED = HERE / "apps" / "_default"


def lay_out(site):
    """An application as web2py has it: its own files, and what it shares with the py4web app."""
    application = site / "applications" / "shop"
    shutil.copytree(HERE / "web2py", application)
    (application / "routes.py").rename(site / "routes.py")
    for module in ("models.py", "rules.py"):
        shutil.copy(SHARED / module, application / "modules" / f"shop_{module}")
    for package in (application.parent, application, application / "modules"):
        (package / "__init__.py").touch()
    views = application / "views" / "default"
    views.mkdir(parents=True)
    for template in (SHARED / "templates").glob("*.html"):
        # The rules of yatl are the same in both; only the delimiters differ.
        (views / template.name).write_text(template.read_text().replace("[[", "{{").replace("]]", "}}"))
    return application


def load():
    """web2py's WSGI handler, with the shop compiled as its deployment chapter recommends."""
    site = Path(tempfile.mkdtemp(prefix="web2py-"))
    application = lay_out(site)
    os.environ["web2py_path"] = str(site)  # noqa: SIM112  (web2py spells it so)
    sys.path.insert(0, os.environ["WEB2PY_HOME"])
    sys.pycache_prefix = str(Path(sys.prefix) / "web2py-bytecode")
    from gluon.settings import global_settings  # noqa: PLC0415  (not before web2py's folders are known)

    global_settings.web2py_runtime_handler = True
    from gluon.compileapp import compile_application  # noqa: PLC0415
    from gluon.main import wsgibase  # noqa: PLC0415

    compile_application(str(application))
    return wsgibase


application = load()
