#!/usr/bin/python3
"""Where the service listens and how: TLS, a unix socket, a socket of systemd's, behind a proxy."""

import contextlib
import http.client
import json
import os
import pathlib
import socket
import ssl
import subprocess
import tempfile
import warnings

from served import PROGRAM, Served, check, programme, run


def certificate(folder):
    """A key and a certificate of its own."""
    key, made = folder / "key.pem", folder / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-keyout", key, "-out", made, "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    return made, key


def check_tls(folder):
    made, key = certificate(folder)
    with Served("--tls-cert", str(made), "--tls-key", str(key), description=False) as served:
        check(served.where.startswith("https://"), served.where)
        context = ssl.create_default_context(cafile=made)
        secure = http.client.HTTPSConnection(*served.address, context=context, timeout=20)
        for count in range(3):  # of one connection
            secure.request("POST", "/api/v1/entries", body=programme(f"tls-{count}"),
                           headers={"Authorization": f"Bearer {served.token()}",
                                    "Content-Type": "application/x-ndjson"})
            answer = secure.getresponse()
            check(answer.status == 200 and json.loads(answer.read())["head"] == count + 1, "by TLS")
        check(secure.sock.version() == "TLSv1.3", secure.sock.version())
        old = ssl.create_default_context(cafile=made)
        warnings.simplefilter("ignore", DeprecationWarning)
        old.options |= ssl.OP_NO_TLSv1_2 | ssl.OP_NO_TLSv1_3
        old.set_ciphers("ALL:@SECLEVEL=0")
        with contextlib.suppress(OSError):
            with socket.create_connection(served.address) as plain:
                old.wrap_socket(plain, server_hostname="127.0.0.1")
                check(False, "TLS 1.1 is spoken")
        received, ended = served.raw(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        check(ended and not received.startswith(b"HTTP/1.1 200"), "plain text is answered")
        stuck = [socket.create_connection(served.address) for _ in range(20)]  # no handshake
        secure.request("GET", "/livez")
        check(secure.getresponse().status == 200, "half-open handshakes hold up nobody")
        for one in stuck:
            one.close()
    bad = subprocess.run([PROGRAM, "serve", str(folder), "--tls-cert", str(made)],
                         capture_output=True, check=False)
    check(bad.returncode == 2, "a certificate without its key")


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def check_unix(folder):
    path = folder / "tally.sock"
    with Served(listen=f"unix:{path}") as served:
        check(served.where == f"unix:{path}", served.where)
        answer = served.get("/api/v1/status", token=served.token(), connection=UnixConnection(str(path)))
        check(answer.status == 200, "over a unix socket")
        served.process.kill()
        served.process.wait()
        check(path.exists(), "a service that was killed leaves its socket")
        served.start()
        check(served.get("/livez", connection=UnixConnection(str(path))).status == 200, "it starts again")
        served.stop()
        check(not path.exists(), "its socket goes with it")


def check_systemd(folder):
    """A socket that is handed over, as systemd does it."""
    run("init", folder / "activated", "--name", "X")
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(8)
    script = 'import os,sys; os.dup2(int(sys.argv[1]), 3); os.environ["LISTEN_PID"] = str(os.getpid()); ' \
             'os.execv(sys.argv[2], sys.argv[2:])'
    process = subprocess.Popen(
        ["/usr/bin/python3", "-c", script, str(listening.fileno()), PROGRAM, "serve",
         str(folder / "activated"), "--listen", "127.0.0.1:1"],
        pass_fds=(3, listening.fileno()) if listening.fileno() != 3 else (3,), env={**os.environ, "LISTEN_FDS": "1"}, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    port = listening.getsockname()[1]
    check(process.stdout.readline().strip() == f"Listening at http://127.0.0.1:{port}", "the socket")
    listening.close()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/readyz")
    check(connection.getresponse().status == 200, "it serves at the socket it was handed")
    process.terminate()
    check(process.wait(30) == 0, "it ends")


def check_refusals():
    with Served() as served:
        served.stop()
        for words in (["--listen", "0.0.0.0:0"], ["--listen", "[::]:0"], ["--listen", "x"],
                      ["--listen", "127.0.0.1:99999"], ["--listen", "unix:"],
                      ["--listen", "example.com:80"]):
            run("serve", served.ledger, *words, status=2)
        served.options = ("--behind-proxy",)
        served.listen = "0.0.0.0:0"
        served.start()
        served.stop()
        run("serve", served.ledger.parent / "nowhere", status=3)
    with Served() as served:
        run("append", served.ledger, given=programme("x"), status=3)  # it holds the lock
        check("Example Council" in run("totals", served.ledger), "reading goes on beside it")
        run("serve", served.ledger, "--listen", "127.0.0.1:0", status=3)


def check_proxy():
    with Served("--behind-proxy", "--max-failed-tokens", "2") as served:
        def tries(last):
            return served.get("/api/v1/status", token="tally_no",
                              X_Forwarded_For=f"203.0.113.9, {last}").status
        check([tries("198.51.100.1") for _ in range(3)] == [401, 401, 429], "limited by address")
        check(tries("198.51.100.2") == 401, "another address is another")
        check("198.51.100.1" in served.log_text(), "the address is logged")
    with Served("--max-failed-tokens", "1") as served:
        answers = [served.get("/api/v1/status", token="tally_no", X_Forwarded_For=f"198.51.100.{i}").status
                   for i in range(3)]
        check(answers == [401, 429, 429], f"nobody chooses an address without a proxy: {answers}")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        check_tls(folder)
        check_unix(folder)
        check_systemd(folder)
    check_refusals()
    check_proxy()
    print("ok")


if __name__ == "__main__":
    main()
