"""The settings of plain ``gunicorn`` in a checkout: those of ``readback serve``."""

from widget.commands import gunicorn_conf

globals().update(
    {name: value for name, value in vars(gunicorn_conf).items() if not name.startswith("_")}
)
