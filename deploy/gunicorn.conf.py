"""How gunicorn serves the program behind a proxy. With SQLite, use `cm-tracker serve` instead: it is one process."""

bind = "127.0.0.1:8000"
workers = 2
threads = 4
worker_class = "gthread"
# A page that takes longer than this is broken. It is longer than any wait for the database.
timeout = 60
graceful_timeout = 30
# A worker that has answered so many requests is replaced, a few at a time.
max_requests = 20_000
max_requests_jitter = 2_000
# An access log would name the addresses of records. The program writes its own log, without them.
accesslog = None
errorlog = "-"
control_socket_disable = True
