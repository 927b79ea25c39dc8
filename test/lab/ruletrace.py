"""The kernel's own account of a packet's way through the rules, as a netlink socket gives it."""
import errno, socket, struct
import wire

NETLINK_NETFILTER, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, SO_RCVBUFFORCE = 12, 270, 1, 33
NFLOG, NFTABLES = 4 << 8, 10 << 8
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP, NLMSG_ERROR, NLMSG_DONE = 1, 4, 0x300, 2, 3


def netlink():
    one = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    one.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
    one.bind((0, 0))
    return one


def request(one, kind, flags, family, attributes=b""):
    body = struct.pack("=BBH", family, 0, 0) + attributes
    one.send(struct.pack("=IHHII", 16 + len(body), kind, NLM_F_REQUEST | flags, 1, 0) + body)


def attribute(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def messages(data):
    """Type, then attributes by number, the family as number 0; of an error its number."""
    while len(data) >= 16:
        size, kind = struct.unpack("=IH", data[:6])
        body, data = data[16:size], data[size + 3 & ~3 :]
        if kind == NLMSG_ERROR:
            yield kind, struct.unpack("=i", body[:4])[0]
            continue
        found, rest = {0: body[:1]}, body[4:]
        while len(rest) >= 4:
            length, number = struct.unpack("=HH", rest[:4])
            found[number & 0x3FFF] = rest[4:length]
            rest = rest[length + 3 & ~3 :]
        yield kind, found


def waiting(one):
    """All that the socket has."""
    while True:
        try:
            yield from messages(one.recv(1 << 20, socket.MSG_DONTWAIT))
        except BlockingIOError:
            return


def number(data):
    return 0 if data is None else struct.unpack("!I", data)[0]


def name(data):
    return data.rstrip(b"\0").decode()


class Legacy:
    """
    TRACE of iptables-legacy. Steps are [table, chain, "rule" | "return" | "policy", position, mark]; the position is
    that of the rule, or one more than the chain has. Kernel messages are suppressed in namespaces: these go to
    nfnetlink_log.
    """

    def __init__(self, family):
        with open(f"/proc/sys/net/netfilter/nf_log/{int(family)}", "w") as file:
            file.write("nfnetlink_log")
        self.socket = netlink()
        # Bind to group 0, copy whole packets, hand over each at once.
        for attributes in (attribute(1, b"\1"), attribute(2, struct.pack("!IBB", 0xFFFF, 2, 0)),
                           attribute(5, struct.pack("!I", 1))):
            request(self.socket, NFLOG | 1, NLM_F_ACK, 0, attributes)
            (_, error), = messages(self.socket.recv(4096))
            if error:
                raise OSError(-error, f"nfnetlink_log: {errno.errorcode[-error]}")

    def read(self):
        """The steps since the last call, and the packet as it was at the last one."""
        steps, packet = [], None
        for kind, found in waiting(self.socket):
            words = name(found.get(10, b"")).split(":")
            if kind == NFLOG and words[0] == "TRACE":
                _, table, chain, what, position = words
                steps.append([table.strip(), chain, what, int(position), number(found.get(2))])
                packet = wire.read_packet(found[9])
        return steps, packet


def verdict(data):
    """The code in a nested attribute, signed: what is no verdict of netfilter is below 0. None: there is no verdict."""
    return None if data is None else struct.unpack("!i", data[4:8])[0]


class Nft:
    """
    TRACE of iptables-nft, as steps of the same form. A rule is reported by its handle, the end of a chain as a rule
    without one, for base chains too; the mark only with the first step in a base chain, as the step left it.
    """

    GROUP, RULE, GET_RULE, TRACE = 9, NFTABLES | 6, NFTABLES | 7, NFTABLES | 17
    POLICY = 1
    DROP = 0

    def __init__(self, family):
        rules = netlink()
        request(rules, self.GET_RULE, NLM_F_DUMP, self.rules_of(family))
        self.positions, self.lengths, is_done = {}, {}, False
        while not is_done:
            for kind, found in messages(rules.recv(1 << 20)):
                is_done = is_done or kind == NLMSG_DONE
                if kind == self.RULE:
                    chain = self.chain(found)
                    self.lengths[chain] = self.lengths.get(chain, 0) + 1
                    self.positions[*chain, found[3]] = self.lengths[chain]
        self.dropped = False
        self.socket = netlink()
        self.socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, self.GROUP)

    def rules_of(self, family):
        return int(family)

    def chain(self, found):
        return name(found[1]), name(found[2])

    def read(self):
        """The steps since the last call, and the packet as it entered the last base chain."""
        steps, packet, self.dropped = [], None, False
        for kind, found in waiting(self.socket):
            if kind != self.TRACE:
                continue
            chain = self.chain(found)
            self.dropped = self.DROP in (verdict(found.get(5)), number(found[16]) if 16 in found else None)
            if 3 in found:
                step = [*chain, "rule", self.positions[*chain, found[3]]]
            else:
                what = "policy" if number(found[4]) == self.POLICY else "return"
                step = [*chain, what, self.lengths.get(chain, 0) + 1]
            if 8 in found:  # headers and mark come with the first step in a base chain
                step.append(number(found.get(14)))
                packet = wire.read_packet(found[8] + found[9])
            steps.append(step)
        return steps, packet


class Nftables(Nft):
    """nftrace of nftables, with the family before the name of each table. `dropped` says whether the last step did it."""

    FAMILIES = {1: "inet", 2: "ip", 10: "ip6"}

    def rules_of(self, family):
        return 0

    def chain(self, found):
        return f"{self.FAMILIES.get(found[0][0], 'other')} {name(found[1])}", name(found[2])
