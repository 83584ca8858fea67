"""The live app of `handgrad lab`: `app.py` is what is shown, marimo's; what it says comes from the modules beside it.

No mathematics here: verdicts, comparisons and trainings are the library's. Nothing but `app.py` and `server.py`
needs the extra `lab`.
"""
