"""In process: what an app costs when nothing but a function call stands between the question and the answer.

`inside/` runs in each app's own environment and imports nothing of ours; the rest plans, starts and judges it.
"""
