#!/usr/bin/python3
"""The live feed gives every event once and in order, from any sequence into what is recorded now,
to a thousand readers at once; who is too slow is dropped and resumes, and holds up nobody."""

import json
import selectors
import sys
import threading
import time

from served import Served, Stream, check, programme, run, wait_until

READERS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000


def check_from_anywhere(served, token):
    """Each reader begins while others write, and sees every event from its own beginning on."""
    stop = threading.Event()
    def write():
        count = 0
        while not stop.is_set():
            count += 1
            served.submit(programme(f"w-{count}") + programme(f"w-{count}-b"), connection=writer)
    writer = served.connect()
    served.token()
    thread = threading.Thread(target=write)
    thread.start()
    streams = []
    for after in (None, 0, 1, 5, 17, None, 3):
        streams.append((after, Stream(served, token, after=after)))
        time.sleep(0.05)
    time.sleep(0.3)
    head = served.get("/api/v1/status", token=token).json()["head"]
    streams.append((head, Stream(served, token, last_id=head)))
    time.sleep(0.2)
    stop.set()
    thread.join()
    writer.close()
    head = served.get("/api/v1/status", token=token).json()["head"]
    for after, stream in streams:
        check(stream.read_until(head), "the stream ended")
        first = 0 if after is None else after + 1
        check(stream.ids == list(range(first, head + 1)),
              f"after {after}: a gap or a repeat: {stream.ids[:3]}…{stream.ids[-3:]}, head {head}")
        stream.close()


def check_content(served, token):
    stream = Stream(served, token)
    stream.socket.settimeout(10)
    text = b""
    while b"id: 3\n" not in text or not text.endswith(b"\n\n"):
        text += stream.socket.recv(65536)
    events = [block.split(b"\ndata: ", 1)[1].decode() for block in text.split(b"\n\n") if b"\ndata: " in block]
    check(events[:3] == run("log", served.ledger, "--limit", "3", "--json").splitlines(),
          "the data are what `log --json` prints")
    stream.close()
    beyond = served.get("/api/v1/events/stream?after=99999999", token=token)
    check(beyond.status == 422, "beyond the head")


def check_many(served, token):
    """A thousand readers get what is recorded, and the rest of the service goes on."""
    head = served.get("/api/v1/status", token=token).json()["head"]
    streams = [Stream(served, token, after=head) for _ in range(READERS)]
    wait_until(lambda: f"tally_streams {READERS}\n" in
               served.get("/metrics", token=token).body.decode(), "all are connected")
    rounds = 5
    began = time.monotonic()
    slowest = 0
    for count in range(rounds):
        asked = time.monotonic()
        check(served.submit(programme(f"many-{READERS}-{count}")).status == 200, "submitted")
        slowest = max(slowest, time.monotonic() - asked)
    poll = selectors.DefaultSelector()
    for stream in streams:
        poll.register(stream.socket, selectors.EVENT_READ, stream)
    waiting = set(streams)
    while waiting:
        ready = poll.select(timeout=30)
        check(ready, f"{len(waiting)} readers wait in vain")
        for key, _ in ready:
            data = key.data.socket.recv(65536)
            check(data, "a stream ended")
            key.data.take(data)
            if key.data.ids and key.data.ids[-1] == head + rounds:
                waiting.discard(key.data)
                poll.unregister(key.data.socket)
    for stream in streams:
        check(stream.ids == list(range(head + 1, head + rounds + 1)), f"{stream.ids}")
        stream.close()
    print(f"{READERS} readers had {rounds} events after {time.monotonic() - began:.2f} s; the "
          f"slowest submission took {slowest:.3f} s")


def check_slow(token_of):
    """Who does not read is dropped, and costs nobody anything; it comes back where it was."""
    with Served("--write-timeout", "1000") as served:
        token = served.token(*token_of)
        big = "".join(json.dumps({"type": "programme", "id": f"big-{i}", "actor": "office",
                                  "name": "n" * 500, "note": "x" * 3900}) + "\n" for i in range(3000))
        check(served.submit(big).status == 200, "much to read")
        slow = Stream(served, token, receive_buffer=4096)
        slow.take(slow.socket.recv(4096))
        quick = Stream(served, token, after=2990)
        check(quick.read_until(3000), "another reads on")
        wait_until(lambda: "tally_streams_dropped_total 1\n" in
                   served.get("/metrics", token=token).body.decode(), "the slow one is dropped")
        data = True
        while data:
            try:
                data = slow.socket.recv(65536)
            except OSError:
                data = b""
            slow.take(data)
        check(slow.ids and slow.ids[-1] < 3000, f"it was cut off: {slow.ids[-1:]}")
        resumed = Stream(served, token, last_id=slow.ids[-1])
        check(resumed.read_until(3000), "it resumes")
        check(slow.ids + resumed.ids == list(range(3001)), "without a gap or a repeat")


def check_revoked():
    """A stream ends once its token is revoked."""
    with Served("--heartbeat", "200") as served:
        token = served.token("watcher", "read")
        stream = Stream(served, token)
        check(stream.read_until(0), "it reads")
        wait = time.monotonic()
        while not stream.heartbeats:
            stream.take(stream.socket.recv(4096))
        check(time.monotonic() - wait < 5, "a heartbeat")
        run("token", "revoke", served.ledger, served.tokens["watcher", "read"]["id"])
        served.submit(programme("secret-now"))
        rest = b""
        while data := stream.socket.recv(65536):
            rest += data
        check(b"secret-now" not in rest, "it went on after its token was revoked")


def check_limit():
    with Served("--max-streams", "2") as served:
        token = served.token("r", "read")
        streams = [Stream(served, token) for _ in range(2)]
        for stream in streams:
            check(stream.read_until(0), "within the limit")
        answer = served.get("/api/v1/events/stream", token=token)
        check(answer.status == 503 and answer.fields["retry-after"], "one too many")
        streams[0].close()
        check(served.get("/livez").status == 200, "the rest goes on")


def main():
    with Served("--max-connections-per-address", str(READERS + 100)) as served:
        token = served.token("r", "read")
        served.submit("".join(programme(f"p-{i}") for i in range(20)))
        check_content(served, token)
        check_from_anywhere(served, token)
        check_many(served, token)
    check_slow(("r", "read"))
    check_revoked()
    check_limit()
    print("ok")


if __name__ == "__main__":
    main()
