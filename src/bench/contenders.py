"""Who is compared, and how each of them is told to do the same job."""

import os
import shutil
from dataclasses import dataclass, field

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LOCAL = "127.0.0.1"


@dataclass
class Contender:
    """A program to compare: what it is called in the tables, what starts it, and the environment that it gets."""

    name: str
    kind: str
    command: list
    environment: dict = field(default_factory=dict)


@dataclass
class Setup:
    """Processes in the order in which they start, each with the port that it is waited for; the load goes to `port`, speaking `via`."""

    commands: list
    port: int
    via: str = "none"


def find(java_homes):
    """Those that are here. A variable names a program that is not on the PATH."""

    def program(variable, name):
        return os.environ.get(variable) or shutil.which(name)

    warren = os.environ.get("WARREN") or os.path.join(ROOT, "target", "warren")
    found = []
    if os.path.exists(warren):
        found += [Contender("warren" if i == 0 else f"warren, {os.path.basename(home)}", "warren", [warren], {"JAVA_HOME": home} if home else {})
                  for i, home in enumerate(java_homes or [""])]
        found.append(Contender("warren-watched", "warren-watched", [warren], found[0].environment))
    for name, kind, variable in [("gost", "gost", "GOST"), ("haproxy-splice", "haproxy-splice", "HAPROXY"), ("haproxy", "haproxy", "HAPROXY"),
                                 ("socat", "socat", "SOCAT"), ("microsocks", "microsocks", "MICROSOCKS"), ("rathole", "rathole", "RATHOLE")]:
        path = program(variable, kind.split("-")[0])
        if path:
            found.append(Contender(name, kind, [path]))
    if program("FRPS", "frps") and program("FRPC", "frpc"):
        found.append(Contender("frp", "frp", [program("FRPS", "frps"), program("FRPC", "frpc")]))
    return found


def watched(kit):
    """Everything on that counts or shows something."""
    state = kit.file("watched-state", "")
    os.remove(state)
    return ["-C", kit.file("watched.yml", f"metrics: {{addr: {LOCAL}:{kit.port()}}}\nconsole: {{addr: {LOCAL}:{kit.port()}, state: {state}}}\n")]


def forward(kit, who, target):
    port = kit.port()
    if who.kind in ("warren", "warren-watched", "gost"):
        more = watched(kit) if who.kind == "warren-watched" else []
        return Setup([(who.command + ["-L", f"tcp://{LOCAL}:{port}/{LOCAL}:{target}"] + more, port)], port)
    if who.kind == "socat":
        return Setup([(who.command + [f"TCP-LISTEN:{port},bind={LOCAL},fork,reuseaddr,backlog=4096,nodelay", f"TCP:{LOCAL}:{target},nodelay"], port)], port)
    if who.kind.startswith("haproxy"):
        splice = "  option splice-request\n  option splice-response\n" if who.kind.endswith("splice") else ""
        config = kit.file(f"{who.kind}.cfg", f"global\n  maxconn 7000\ndefaults\n  mode tcp\n  timeout connect 5s\n  timeout client 10m\n  timeout server 10m\n"
                          f"{splice}listen forward\n  bind {LOCAL}:{port} backlog 4096\n  server target {LOCAL}:{target}\n")
        return Setup([(who.command + ["-db", "-f", config], port)], port)
    return None


def idle(kit, who, target):
    """A process for each of 2,500 pairs is no contender."""
    return None if who.kind == "socat" else forward(kit, who, target)


def proxy(scheme, via, options=""):
    def way(kit, who, target):
        port = kit.port()
        if who.kind in ("warren", "gost"):
            return Setup([(who.command + ["-L", f"{scheme}://{LOCAL}:{port}{options}"], port)], port, via)
        if who.kind == "microsocks" and via == "socks5":
            return Setup([(who.command + ["-i", LOCAL, "-p", str(port)], port)], port, via)
        return None

    return way


def udp(kit, who, target):
    port = kit.port()
    if who.kind in ("warren", "gost"):
        return Setup([(who.command + ["-L", f"udp://{LOCAL}:{port}/{LOCAL}:{target}"], port)], port)
    return None


def reverse(kit, who, target):
    """A port on the server's side that an agent serves."""
    server, port = kit.port(), kit.port()
    if who.kind in ("warren", "gost"):
        return Setup([(who.command + ["-L", f"relay://{LOCAL}:{server}?bind=true"], server),
                      (who.command + ["-L", f"rtcp://{LOCAL}:{port}/{LOCAL}:{target}", "-F", f"relay://{LOCAL}:{server}"], port)], port)
    if who.kind == "rathole":
        far = kit.file("rathole-server.toml", f'[server]\nbind_addr = "{LOCAL}:{server}"\ndefault_token = "bench"\n[server.services.bench]\nbind_addr = "{LOCAL}:{port}"\n')
        near = kit.file("rathole-client.toml", f'[client]\nremote_addr = "{LOCAL}:{server}"\ndefault_token = "bench"\n[client.services.bench]\nlocal_addr = "{LOCAL}:{target}"\n')
        return Setup([(who.command + ["--server", far], server), (who.command + ["--client", near], port)], port)
    if who.kind == "frp":
        far = kit.file("frps.toml", f'bindAddr = "{LOCAL}"\nproxyBindAddr = "{LOCAL}"\nbindPort = {server}\n')
        near = kit.file("frpc.toml", f'serverAddr = "{LOCAL}"\nserverPort = {server}\ntransport.tls.enable = false\n'
                        f'[[proxies]]\nname = "bench"\ntype = "tcp"\nlocalIP = "{LOCAL}"\nlocalPort = {target}\nremotePort = {port}\n')
        return Setup([([who.command[0], "-c", far], server), ([who.command[1], "-c", near], port)], port)
    return None


def far_away(transport):
    """Two ends with the long link between them."""

    def way(kit, who, target):
        server, between, port = kit.port(), kit.port(), kit.port()
        if who.kind == "link":
            return Setup([(kit.link(between, f"{LOCAL}:{target}"), between)], between) if transport == "mtls" else None
        if who.kind not in ("warren", "gost"):
            return None
        link = (kit.link(between, f"{LOCAL}:{server}"), between)
        if transport == "rtcp":
            return Setup([(who.command + ["-L", f"relay://{LOCAL}:{server}?bind=true"], server), link,
                          (who.command + ["-L", f"rtcp://{LOCAL}:{port}/{LOCAL}:{target}", "-F", f"relay://{LOCAL}:{between}"], port)], port)
        return Setup([(who.command + ["-L", f"relay+{transport}://{LOCAL}:{server}"], server), link,
                      (who.command + ["-L", f"tcp://{LOCAL}:{port}/{LOCAL}:{target}", "-F", f"relay+{transport}://{LOCAL}:{between}"], port)], port)

    return way


class Members:
    """Members of a cluster at 127.0.0.1, .2 and so on, and an agent whose port is bound at the first."""

    def __init__(self, kit, who, count, secret=False):
        self.kit, self.who, self.count, self.secret = kit, who, count, secret
        self.hazelcast, self.trunk, self.bus, self.relay = (kit.port() for _ in range(4))

    def command(self, i):
        host = f"127.0.0.{i + 1}"
        join = ", ".join(f"127.0.0.{k + 1}:{self.hazelcast}" for k in range(self.count))
        secret = "  secret: 0123456789abcdef0123456789abcdef\n" if self.secret else ""
        text = (f"cluster:\n  name: bench\n  member: m{i + 1}\n  addr: {host}:{self.hazelcast}\n  trunk: {host}:{self.trunk}\n  bus: {host}:{self.bus}\n  join: [{join}]\n{secret}"
                f"services:\n- name: relay\n  addr: {host}:{self.relay}\n  handler:\n    type: relay\n    metadata:\n      bind: true\n      bind.host: {host}\n"
                f"  listener: {{type: tcp}}\n")
        return self.who.command + ["-C", self.kit.file(f"member-{i + 1}.yml", text)]

    def setup(self, target, visited):
        """The load goes to the visited member, everything runs, the agent is at the first."""
        port = self.kit.port()
        members = [(self.command(i), (f"127.0.0.{i + 1}", self.relay)) for i in range(self.count)]
        agent = self.who.command + ["-L", f"rtcp://:{port}/{LOCAL}:{target}", "-F", f"relay://{LOCAL}:{self.relay}"]
        return Setup(members + [(agent, (f"127.0.0.{visited + 1}", port))], port)


def clustered(visited, secret=False):
    def way(kit, who, target):
        return Members(kit, who, 3, secret).setup(target, visited) if who.kind == "warren" else None

    return way


def far_trunk(kit, who, target):
    """The trunk between two members goes over the long link, by address translation: only where there is a namespace of our own."""
    if who.kind != "warren" or not kit.redirects:
        return None
    members = Members(kit, who, 2)
    setup = members.setup(target, 1)
    for i in range(2):
        between = kit.port()
        kit.redirect(f"127.0.0.{i + 1}", members.trunk, between)
        setup.commands.insert(0, (kit.link(between, f"127.0.0.{i + 1}:{members.trunk}"), between))
    return setup
