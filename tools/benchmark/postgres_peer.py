"""PostgreSQL 15 in a folder of its own, reached over a socket in it, as a user that is not root."""

import os
import re
import statistics

from processes import BenchmarkError, remove, run, settle
from work import SCALE

BIN = "/usr/lib/postgresql/15/bin"
REPEAT = 5
QUESTIONS = 300  # of each kind; each is a round trip

# What its users set on a machine of this kind; everything durable stays as it is by default.
SETTINGS = """
listen_addresses = ''
shared_buffers = 1GB
effective_cache_size = 8GB
work_mem = 64MB
maintenance_work_mem = 512MB
max_wal_size = 8GB
min_wal_size = 1GB
checkpoint_timeout = 30min
random_page_cost = 1.1
max_connections = 50
"""

TABLE = """
CREATE TABLE {name} (
  sequence bigint NOT NULL, recorded_at timestamptz NOT NULL, entry text NOT NULL,
  line int NOT NULL, type text NOT NULL, actor text NOT NULL, year int NOT NULL,
  measure text NOT NULL, programme text NOT NULL, organisation text NOT NULL,
  contract text NOT NULL, stage int NOT NULL, delta bigint NOT NULL);
CREATE UNIQUE INDEX {name}_entry ON {name} (entry, line);
CREATE INDEX {name}_total ON {name} (year, measure, stage, sequence) INCLUDE (delta);
"""

TOTALS = "SELECT year, measure, stage, sum(delta) FROM posting GROUP BY year, measure, stage"

FIGURE = ("SELECT coalesce(sum(delta), 0) FROM posting "
          "WHERE year = $1 AND measure = $2 AND stage = $3 AND sequence <= $4")

INSERT = """WITH next AS (SELECT nextval('commit_number') AS number)
INSERT INTO single SELECT number, now(), 'bench-' || number, 1, 'claim', 's-1', 2022, 'sv-01',
  'prog-001', 'org-00001', '', 1, 1000000 FROM next;
"""


class PostgresPeer:
    """PostgreSQL: COPY, and pgbench for single commits."""

    name = "PostgreSQL"

    def __init__(self, work, span_ms):
        self.work, self.span_ms = work, span_ms
        self.folder = work.path("postgres")
        self._running = False

    @staticmethod
    def missing(work):
        """Returns why it cannot take part; nothing where it can."""
        if not os.path.exists(f"{BIN}/postgres"):
            return "postgresql-15 is not installed"
        if os.geteuid() == 0:
            try:
                run("runuser", "-u", "postgres", "--", "test", "-x", work.folder)
            except BenchmarkError:
                return f"the user postgres may not enter {work.folder}"
        return None

    def _as_user(self, *command):
        if os.geteuid() == 0:
            command = ("runuser", "-u", "postgres", "--") + command
        return run(*command)

    def _psql(self, *commands):
        asked = [part for command in commands for part in ("-c", command)]
        return self._as_user(f"{BIN}/psql", "-h", self.folder, "-d", "postgres", "-X", "-q", "-At",
                             "-v", "ON_ERROR_STOP=1", *asked)

    def _script(self, text):
        path = self.work.path("postgres.sql")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return self._as_user(f"{BIN}/psql", "-h", self.folder, "-d", "postgres", "-X", "-q", "-At",
                             "-v", "ON_ERROR_STOP=1", "-f", path).output

    def prepare(self):
        """Starts a server of its own, and loads the table that is read from."""
        remove(self.folder)
        os.makedirs(self.folder)
        if os.geteuid() == 0:
            run("chown", "postgres", self.folder)
        data = os.path.join(self.folder, "data")
        self._as_user(f"{BIN}/initdb", "-D", data, "-A", "trust", "--locale=C", "-E", "UTF8",
                      "--no-sync")
        with open(os.path.join(data, "postgresql.conf"), "a", encoding="utf-8") as settings:
            settings.write(SETTINGS)
        self._as_user(f"{BIN}/pg_ctl", "-D", data, "-w", "-l", os.path.join(self.folder, "log"),
                      "-o", f"-k {self.folder}", "start")
        self._running = True
        self._copy("posting")
        self._psql("VACUUM ANALYZE posting",
                   "CREATE TABLE single (LIKE posting INCLUDING ALL)",
                   "INSERT INTO single SELECT * FROM posting",
                   "CREATE SEQUENCE commit_number CACHE 1000", "VACUUM ANALYZE single",
                   "CHECKPOINT")

    def _copy(self, name):
        self._psql(TABLE.format(name=name))
        return self._psql(f"COPY {name} FROM '{self.work.rows_file}'").seconds

    def cells(self):
        """Returns the totals in millionths by year, measure and stage."""
        cells = {}
        for line in self._psql(TOTALS).output.splitlines():
            year, measure, stage, total = line.split("|")
            cells[int(year), measure, int(stage)] = int(total)
        return cells

    def _ask_figures(self):
        asked = ["PREPARE asked (int, text, int, bigint) AS " + FIGURE + ";", "\\timing on"]
        with open(self.work.questions("plain"), encoding="utf-8") as file:
            for line in list(file)[:QUESTIONS]:
                _, year, measure, stage, sequence, _, _ = line.split("\t")
                asked.append(f"EXECUTE asked({year}, '{measure}', {stage}, {sequence});")
        return self._script("\n".join(asked) + "\n")

    def figures(self, kind):
        """Returns the first quantities of the figures asked for; None where it is not asked."""
        if kind != "plain":
            return None
        totals = re.findall(r"^(-?\d+)$", self._ask_figures(), re.MULTILINE)
        return [_decimal(int(total)) for total in totals]

    def page(self):
        """Not asked."""
        return None

    def tasks(self):
        """What is measured, in order: each answers values by task."""
        return [("load", self._load), ("verify", self._scan), ("totals", self._totals),
                ("figures", self._figures), ("commits_1", lambda: self._commits(1)),
                ("commits_8", lambda: self._commits(8)), ("commits_32", lambda: self._commits(32))]

    def _load(self):
        self._psql("DROP TABLE IF EXISTS loaded", "CHECKPOINT")
        settle()
        took = self._copy("loaded")
        size = int(self._psql("SELECT pg_total_relation_size('loaded')").output)
        self._psql("DROP TABLE loaded", "CHECKPOINT")
        return {"load": self.work.entries / took, "disk": size / self.work.events}

    def _timed(self, script):
        times = re.findall(r"^Time: ([\d.]+) ms", self._script(script), re.MULTILINE)
        return statistics.median(map(float, times)) / 1e3

    def _scan(self):
        script = ("SET enable_indexscan = off; SET enable_indexonlyscan = off;"
                  "SET enable_bitmapscan = off;\n\\timing on\n" + (TOTALS + ";\n") * REPEAT)
        return {"verify": self.work.events / self._timed(script)}

    def _totals(self):
        return {"totals": self._timed("\\timing on\n" + (TOTALS + ";\n") * REPEAT)}

    def _figures(self):
        times = re.findall(r"^Time: ([\d.]+) ms", self._ask_figures(), re.MULTILINE)
        return {"figure_plain": statistics.median(map(float, times[-QUESTIONS:])) / 1e3}

    def _commits(self, clients):
        script = self.work.path("insert.sql")
        with open(script, "w", encoding="utf-8") as file:
            file.write(INSERT)
        # pgbench knows whole seconds only; what is shorter is told as a number of commits.
        span = ("-T", str(round(self.span_ms / 1000))) if self.span_ms >= 1000 else ("-t", "10")
        answer = self._as_user(f"{BIN}/pgbench", "-h", self.folder, "-n", "-M", "prepared", "-c",
                               str(clients), "-j", str(min(clients, 2)), *span, "-f", script,
                               "postgres")
        rate = re.search(r"^tps = ([\d.]+)", answer.output, re.MULTILINE)
        if rate is None:
            raise BenchmarkError(f"pgbench tells no rate for {clients} clients: {answer.output}")
        return {f"commits_{clients}": float(rate[1])}

    def close(self):
        """Stops the server."""
        if self._running:
            self._as_user(f"{BIN}/pg_ctl", "-D", os.path.join(self.folder, "data"), "-m", "fast",
                          "-w", "stop")
            self._running = False


def _decimal(total):
    sign, total = ("-", -total) if total < 0 else ("", total)
    fraction = f"{total % SCALE:06}".rstrip("0")
    return f"{sign}{total // SCALE}" + (f".{fraction}" if fraction else "")
