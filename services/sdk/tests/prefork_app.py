"""A Flask shop for gunicorn, which builds it before it forks: `gunicorn --preload prefork_app:application`."""

import os

from flask import Flask
from millstream.wsgi import MillstreamMiddleware

flask = Flask(__name__)


@flask.get("/pid/<int:number>")
def pid(number: int) -> str:
    return str(os.getpid())


application = MillstreamMiddleware(flask, "prefork")
