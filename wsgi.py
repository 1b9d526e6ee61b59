"""The application for servers and commands: `gunicorn wsgi:app`, `flask --app wsgi ...`."""

import gc

from app.factory import create_app

app = create_app()

# What was made until here lives as long as the process: the collector need not walk through it with every few pages, nor
# write into the memory that the server's processes share (`gunicorn.conf.py`).
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
