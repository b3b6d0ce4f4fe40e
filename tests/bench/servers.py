# SPDX-License-Identifier: EUPL-1.2
"""What is measured: a database as docs/operate.md tells to set it up, filled; pools of FastCGI workers on one
socket each; an nginx without its micro-cache; and what each of them uses."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
import build  # noqa: E402
import cluster as pg  # noqa: E402

CORES = os.cpu_count()
WORKERS = max(4, 2 * CORES)
TICK = os.sysconf("SC_CLK_TCK")
# Only what a private server needs; all else is PostgreSQL's default, fsync too ..
PG_OPTIONS = {"listen_addresses": ""}
# .. but for what docs/operate.md gives to large registries.
SETTINGS = [f"shared_buffers={os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') // 4 >> 20}MB",
            "max_wal_size=16GB", "checkpoint_timeout=15min", "wal_compression=lz4"]

NGINX = """\
{user}worker_processes {cores};
worker_rlimit_nofile 4096;
pid {d}/nginx.pid;
error_log {d}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {d}/body;
    fastcgi_temp_path {d}/fastcgi;
    proxy_temp_path {d}/proxy;
    scgi_temp_path {d}/scgi;
    uwsgi_temp_path {d}/uwsgi;
    fastcgi_buffers 16 32k;
    fastcgi_buffer_size 32k;
    keepalive_requests 1000000;
{servers}}}
"""
SERVER = """\
    server {{
        listen 127.0.0.1:{port};
        location / {{
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_NAME "";
            {script}fastcgi_pass unix:{socket};
        }}
    }}
"""
FILES = """\
    server {{
        listen 127.0.0.1:{port};
        root {root};
    }}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu(pid):
    """Seconds of CPU that a process has used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def children(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def rss(pid):
    """Resident memory in MB."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Pool:
    """Equal workers on one listening socket, which they get as descriptor 0."""

    def __init__(self, folder, name, command, count=WORKERS):
        self.name, self.path = name, folder / f"{name}.sock"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.path.chmod(0o666)
        self.listener.listen(512)
        self.log = folder / f"{name}.log"
        with open(self.log, "wb") as log:
            self.processes = [subprocess.Popen([str(c) for c in command], stdin=self.listener,
                                               stdout=log, stderr=log) for _ in range(count)]

    pids = property(lambda self: [p.pid for p in self.processes])

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(10)
        self.listener.close()


class Fpm:
    """PHP-FPM with as many workers and its usual byte code cache."""

    def __init__(self, folder, program, count=WORKERS):
        self.name, self.path, self.log = "php", folder / "php.sock", folder / "php.log"
        config = folder / "php-fpm.conf"
        user = "user = www-data\ngroup = www-data\n" if os.geteuid() == 0 else ""
        config.write_text(f"[global]\nerror_log = {self.log}\ndaemonize = no\n[www]\n{user}"
                          f"listen = {self.path}\nlisten.mode = 0666\npm = static\n"
                          f"pm.max_children = {count}\ncatch_workers_output = yes\n"
                          "php_admin_flag[log_errors] = on\n")
        # without Debian's php.ini a missing cache would make it look slower than it is
        self.process = subprocess.Popen([program, "-y", config, "-d", "opcache.enable=1"],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    pids = property(lambda self: children(self.process.pid))

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Servers:
    def __init__(self, settings=()):
        """settings: NAME=VALUE of PostgreSQL, besides ours."""
        self.settings = settings
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="concord-bench-"))
        self.folder.chmod(0o755)
        self.pools, self.servers, self.nginx = [], [], None
        self.cluster = pg.Cluster({**PG_OPTIONS, **dict(s.split("=", 1) for s in settings)})
        self.cluster.template()
        self.database = self.cluster.fresh()

    def fill(self, records, database=None):
        """So many of all kinds; returns what tests/bench/fill says and the seconds that it took."""
        database = database or self.database
        begin = time.monotonic()
        done = subprocess.run([build.program("tests/bench/fill"), database.conninfo,
                               build.ROOT / "schemas", str(records)], check=True, text=True,
                              stdout=subprocess.PIPE)
        seconds = time.monotonic() - begin
        database.concord("codelists")
        self.cluster.superuser("VACUUM ANALYZE", database.name)
        self.cluster.superuser("CHECKPOINT", database.name)
        return done.stdout.strip(), seconds

    def concord(self, klass="page", count=WORKERS, database=None, **settings):
        database = database or self.database
        config = database.settings(f"bench-{klass}", **settings)
        return self.add(Pool(self.folder, f"{database.name}-{klass}-{len(self.pools)}",
                             [build.program("concord.fcgi"), "--config", config, "--class", klass],
                             count))

    def constant(self, name, size, kind):
        conninfo = f"{self.database.conninfo} user=cc_web"
        return self.add(Pool(self.folder, name,
                             [build.program("tests/bench/constant"), conninfo, size, kind]))

    def php(self, program):
        script = self.folder / "peer.php"
        shutil.copy(HERE / "peer.php", script)
        script.chmod(0o644)
        return self.add(Fpm(self.folder, program), f"fastcgi_param SCRIPT_FILENAME {script};\n"
                        "            ")

    def add(self, pool, script=""):
        self.pools.append(pool)
        pool.port = free_port()
        self.servers.append(SERVER.format(port=pool.port, socket=pool.path, script=script))
        return pool

    def files(self):
        """A server of static files; returns the folder and the port."""
        root, port = self.folder / "files", free_port()
        root.mkdir(mode=0o755)
        self.servers.append(FILES.format(port=port, root=root))
        return root, port

    def start(self):
        user = "user www-data;\n" if os.geteuid() == 0 else ""
        config = self.folder / "nginx.conf"
        config.write_text(NGINX.format(d=self.folder, user=user, cores=CORES,
                                       servers="".join(self.servers)))
        self.nginx = subprocess.Popen(["nginx", "-p", self.folder, "-c", config, "-e",
                                       self.folder / "error.log", "-g", "daemon off;"],
                                      stdin=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while not (self.folder / "nginx.pid").exists() or not children(self.nginx.pid):
            if time.monotonic() > end or self.nginx.poll() is not None:
                raise RuntimeError((self.folder / "error.log").read_text())
            time.sleep(0.05)
        time.sleep(0.3)

    def cpu(self, pool=None):
        """CPU seconds so far: program, PostgreSQL (servers of connections), nginx."""
        return (sum(map(cpu, pool.pids)) if pool else 0.0,
                sum(map(cpu, children(self.cluster.pid()))),
                sum(map(cpu, children(self.nginx.pid))))

    def close(self):
        for pool in self.pools:
            pool.stop()
        if self.nginx is not None:
            self.nginx.send_signal(signal.SIGTERM)
            self.nginx.wait(10)
        self.cluster.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
