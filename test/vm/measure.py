"""What comes through a link, between two network namespaces: the order and delay of datagrams, the throughput of TCP."""

import json
import socket
import sys
import threading
import time

TCP_PORT, UDP_PORT = 5000, 5001
DATAGRAMS, APART_SECONDS = 400, 0.005
SEND_SECONDS, LEAD_SECONDS = 8.0, 3.0


def serve():
    """Takes what is sent, and says how many bytes came after the lead."""
    listener = socket.create_server(("", TCP_PORT))
    while True:
        connection, _ = listener.accept()
        began, counted = time.monotonic(), 0
        while data := connection.recv(1 << 16):
            now = time.monotonic()
            if LEAD_SECONDS <= now - began < SEND_SECONDS:
                counted += len(data)
            if now - began > SEND_SECONDS:
                break
        connection.close()
        rate = counted / (SEND_SECONDS - LEAD_SECONDS)
        with open("/rate", "w") as file:
            file.write(str(rate))


def send(link, host):
    connection = socket.create_connection((host, TCP_PORT))
    until = time.monotonic() + SEND_SECONDS + 2
    try:
        while time.monotonic() < until:
            connection.sendall(b"x" * 65536)
    except OSError:
        pass
    time.sleep(1)
    with open("/rate") as file:
        say(link=link, bytesPerSecond=float(file.read()))


def echo():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("", UDP_PORT))
    while True:
        data, sender = server.recvfrom(2000)
        server.sendto(data, sender)


def order(link, host):
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(3)
    client.connect((host, UDP_PORT))
    came = []

    def receive():
        try:
            while len(came) < DATAGRAMS:
                number, sent = client.recv(2000).split()
                came.append((int(number), time.monotonic() - float(sent)))
        except TimeoutError:
            pass

    receiver = threading.Thread(target=receive)
    receiver.start()
    for number in range(DATAGRAMS):
        client.send(f"{number} {time.monotonic()}".encode())
        time.sleep(APART_SECONDS)
    receiver.join()
    overtaken = sum(1 for one, other in zip(came, came[1:]) if other[0] < one[0])
    delays = sorted(delay for _, delay in came)
    say(link=link, came=len(came), overtaken=overtaken, medianMs=1000 * delays[len(delays) // 2])


def say(**what):
    print(json.dumps(what), flush=True)


{"serve": serve, "echo": echo, "order": order, "send": send}[sys.argv[1]](*sys.argv[2:])
