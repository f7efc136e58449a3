"""gunicorn's own worker with threads, under our other settings: for the yardsticks."""

from widget.commands import gunicorn_conf

globals().update(
    {name: value for name, value in vars(gunicorn_conf).items() if not name.startswith("_")}
)
worker_class = "gthread"
del globals()["pre_request"]  # its requests are of another class
