"""gunicorn's settings: two processes of four threads, no access log (addresses hold keys).

The application is loaded once, before the processes part, so that they share the memory of what was made until then. It opens
no connection and no thread while it loads.
"""

import os
import sys
import time

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 5
keepalive = 5
accesslog = None
loglevel = os.environ.get("LOG_LEVEL", "warning")
control_socket_disable = True
preload_app = True

# A thread lets go of the interpreter at every statement; the one that writes holds the event meanwhile, and everybody waits for
# it. The others give the interpreter back after half a millisecond instead of five.
sys.setswitchinterval(0.0005)

if os.environ.get("PLENUM_CLOCK"):
    os.environ.setdefault("PLENUM_CLOCK_ANCHOR", repr(time.time()))
