"""A copy of an app that uses a known share of CPU time more, to see whether the verdicts notice."""

from dataclasses import replace
from pathlib import Path

from bench.model import Interface, Sut

_MODULE = '''"""Generated: another application, and then some more CPU time."""
import importlib, os, sys, time

os.chdir({folder!r})
sys.path.insert(0, {folder!r})
module, name = {target!r}.split(":")
wrapped = getattr(importlib.import_module(module), name)
inner = wrapped() if {factory} else wrapped
clock = time.process_time_ns
reading = min(-clock() + clock() for _ in range(1000))
seen, owed = clock(), 0.0


def burn():
    """Burn {share} of the CPU time that this process, its server's threads too, has used since the last burn. The
    reading of clocks is part of the burn, and what one burns too much the next one burns less.
    """
    global seen, owed
    now = clock()
    owed += (now - seen - reading) * {share}
    seen = now
    while owed > 0:
        now = clock()
        owed -= now - seen
        seen = now


'''
_APPLICATIONS: dict[Interface, str] = {
    "wsgi": '''def application(environ, start_response):
    """Answer, and burn."""
    answer = inner(environ, start_response)
    burn()
    return answer
''',
    "asgi": '''async def application(scope, receive, send):
    """Answer, and burn; the start and the end of the server's life are left alone."""
    await inner(scope, receive, send)
    if scope["type"] == "http":
        burn()
''',
}


def slowed(sut: Sut, share: float, folder: Path) -> Sut:
    """The app of `sut`, using `share` more CPU time for each request; its module is written into `folder`."""
    app = sut.app
    folder.mkdir(parents=True, exist_ok=True)
    code = _MODULE.format(
        folder=str(app.folder),
        target=app.application.removesuffix("()"),
        factory=app.application.endswith("()"),
        share=share,
    )
    (folder / "slowed.py").write_text(code + _APPLICATIONS[app.interface], "utf-8")
    return Sut.of(
        replace(app, folder=folder, application="slowed:application", variant=f"slowed{share * 100:g}"), sut.server
    )
