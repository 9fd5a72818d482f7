# A shop that has its invoices made by workers: the task, and the page that waits for it.
import os
import re

from celery import Celery
from flask import Flask

tasks = Celery("shop", broker=os.environ["BROKER"], backend=os.environ["RESULTS"])
tasks.conf.update(worker_prefetch_multiplier=1, result_expires=60)
web = Flask("shop")


@tasks.task
def invoice(order):
    """Some milliseconds of a core for each order, as a PDF would take."""
    text = f"Order {order}\n" * 200
    for _ in range(20):
        text = re.sub(r"\d+", lambda number: str(int(number[0]) + 1), text)
    return text.splitlines()[0]


@web.get("/orders/<int:order>")
def order(order):
    return invoice.delay(order).get(timeout=10)


@web.get("/health")
def health():
    return "ok"
