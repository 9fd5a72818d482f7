# Notes, in whichever Redis is the primary now: the sentinels know.
import os

from flask import Flask, abort, request
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from redis.sentinel import Sentinel

# Replicas that have to have a note before it counts as kept.
COPIES = int(os.environ["COPIES"])

# A connection to who is gone tells nothing: after half a second it is made anew, to who is there by then.
patience = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "retry": Retry(NoBackoff(), 1)}
sentinels = Sentinel([(os.environ["SENTINEL"], 26379)], sentinel_kwargs=patience)
primary = sentinels.master_for("notes", **patience)
replicas = sentinels.slave_for("notes", **patience)
web = Flask("notes")


@web.put("/notes/<name>")
def keep(name):
    with primary.pipeline(transaction=False) as commands:
        commands.set(name, request.get_data()).wait(COPIES, 400)
        _, copies = commands.execute()
    if copies < COPIES:
        abort(503)
    return "", 204


@web.get("/notes/<name>")
def look(name):
    try:
        note = primary.get(name)
    except RedisError:
        # As it was a moment ago.
        note = replicas.get(name)
    if note is None:
        abort(404)
    return note


@web.errorhandler(RedisError)
def unavailable(error):
    return f"{error}\n", 503


@web.get("/health")
def health():
    return "ok"
