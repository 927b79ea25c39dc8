"""Network namespaces for one process, joined by veth pairs. They are gone when the process ends."""
import ctypes, fcntl, os, socket, struct, subprocess, sys

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, IFF_UP = 0x8913, 1

# The node's end of a pair; fixed, so that frames can be written to it.
NODE_MAC = bytes.fromhex("020000000001")
PEER_MAC = bytes.fromhex("020000000002")


def call(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def text(mac):
    return mac.hex(":")


class Space:
    """A namespace; `with space:` does something in it. Sockets stay where they were made."""

    def __init__(self):
        self.fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    def __enter__(self):
        self.before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        call(LIBC.setns(self.fd, CLONE_NEWNET))

    def __exit__(self, *_):
        call(LIBC.setns(self.before, CLONE_NEWNET))
        os.close(self.before)

    def run(self, argv, stdin):
        with self:
            subprocess.run(argv, input=stdin, check=True, text=True, pass_fds=SPACES)


SPACES = []


def fresh_space():
    with Space():
        call(LIBC.unshare(CLONE_NEWNET))
        space = Space()
    SPACES.append(space.fd)
    return space


def refuse_unless_fresh():
    """In a namespace that nobody has used yet the loopback interface is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        answer = fcntl.ioctl(any_socket, SIOCGIFFLAGS, struct.pack("16sH14x", b"lo", 0))
    if struct.unpack("16xH14x", answer)[0] & IFF_UP:
        sys.exit("refused: this is no fresh network namespace")


def build(network):
    """
    Spaces by name; `node` is the namespace of the process. `network["links"]` are the node's interfaces with the space
    of the other end, which is called `peer-…`; `network["spaces"]` has sysctls and lines for `ip -batch` of each.
    """
    refuse_unless_fresh()
    names = network["spaces"]
    spaces = {name: Space() if name == "node" else fresh_space() for name in names}
    for name, space in spaces.items():
        with space:
            for key, value in names[name]["sysctls"].items():
                write_sysctl(key, value)
    pairs = [
        f"link add {name} address {text(NODE_MAC)} type veth peer name peer-{name} "
        f"address {text(PEER_MAC)} netns /proc/self/fd/{spaces[other].fd}\n"
        for name, other in network["links"].items()
    ]
    spaces["node"].run(["ip", "-batch", "-"], "".join(pairs))
    for name, space in spaces.items():
        space.run(["ip", "-batch", "-"], "\n".join(["link set lo up", *names[name]["commands"], ""]))
    return spaces


def write_sysctl(key, value):
    path = "/proc/sys/" + key
    if os.path.exists(path):  # a kernel without bridge filter has no setting for it
        with open(path, "w") as file:
            file.write(value)
