"""In process: the cost of an app that is called as a function, without server or socket.

`inside/` runs in each app's own environment and imports nothing of the suite; the rest plans, starts and judges it.
"""
