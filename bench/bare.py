"""The yardstick: the smallest Flask app that answers JSON, on the same gunicorn settings."""

from flask import Flask, Response, jsonify

app = Flask(__name__)


@app.get("/")
def json_route() -> Response:
    return jsonify(article="a", choice="love", seq=1, total=1, open=True)
