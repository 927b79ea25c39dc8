"""First packets of connections as bytes: made, and read again. Each carries a number that no translation changes."""
import socket, struct

PROTOCOLS = {"tcp": 6, "udp": 17, "sctp": 132}
NAMES = {number: name for name, number in PROTOCOLS.items()}
ICMP, ICMP6 = 1, 58

# Where the number is: sequence number, data, initiate tag.
NUMBER_AT = {"tcp": 4, "udp": 8, "sctp": 16}

# Type of "destination unreachable"; names of codes as in iptables.
UNREACHABLE = {(ICMP, 3), (ICMP6, 1)}
ERRORS = {
    (ICMP, 1): "icmp-host-unreachable",
    (ICMP, 3): "icmp-port-unreachable",
    (ICMP, 10): "icmp-host-prohibited",
    (ICMP, 13): "icmp-admin-prohibited",
    (ICMP6, 1): "icmp6-adm-prohibited",
    (ICMP6, 3): "icmp6-addr-unreachable",
    (ICMP6, 4): "icmp6-port-unreachable",
    (ICMP6, 5): "icmp6-policy-fail",
}
RESET = 4


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def first_packet(source, destination, protocol, source_port, port, number):
    """A TCP SYN, a UDP datagram, an SCTP INIT, with its IP header."""
    ends = packed(source) + packed(destination)
    code = PROTOCOLS[protocol]
    if protocol == "tcp":
        body = struct.pack("!HHIIBBHHH", source_port, port, number, 0, 5 << 4, 2, 64240, 0, 0)
        body = summed(body, 16, ends, code)
    elif protocol == "udp":
        body = summed(struct.pack("!HHHHI", source_port, port, 12, 0, number), 6, ends, code)
    else:
        head = struct.pack("!HHI", source_port, port, 0)
        init = struct.pack("!BBHIIHHI", 1, 0, 20, number, 65536, 1, 1, 1)
        body = head + struct.pack("<I", crc32c(head + bytes(4) + init)) + init
    if len(ends) == 32:
        return struct.pack("!IHBB", 6 << 28, len(body), code, 64) + ends + body
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, code, 0) + ends
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + body


def summed(body, at, ends, code):
    pseudo = ends + struct.pack("!HH", code, len(body))
    return body[:at] + struct.pack("!H", checksum(pseudo + body) or 0xFFFF) + body[at + 2 :]


def read_packet(data):
    """What an IP packet is; None when it is none of ours. An ICMP error or a reset is what it is about, with `error`."""
    version = data[0] >> 4 if data else 0
    if version == 4 and len(data) >= 20:
        ends, body = (data[12:16], data[16:20]), data[(data[0] & 15) * 4 :]
        return read_body(data[9], *(socket.inet_ntop(socket.AF_INET, end) for end in ends), body)
    if version == 6 and len(data) >= 40:
        ends, body = (data[8:24], data[24:40]), data[40:]
        return read_body(data[6], *(socket.inet_ntop(socket.AF_INET6, end) for end in ends), body)
    return None


def read_body(code, source, destination, body):
    if len(body) >= 8 and (code, body[0]) in UNREACHABLE:
        about = read_packet(body[8:])
        return about and {**about, "error": ERRORS.get((code, body[1]), f"ICMP {code}, type {body[0]}, code {body[1]}")}
    name = NAMES.get(code)
    at = NUMBER_AT.get(name, 0)
    if name is None or len(body) < at + 4:
        return None
    number, = struct.unpack_from("!I", body, at)
    source_port, port = struct.unpack_from("!HH", body)
    if name == "tcp" and len(body) >= 20 and body[13] & RESET:
        acknowledged, = struct.unpack_from("!I", body, 8)
        return {"protocol": name, "source": destination, "destination": source, "sourcePort": port,
                "port": source_port, "number": acknowledged - 1 & 0xFFFFFFFF, "error": "tcp-reset"}
    return {"protocol": name, "source": source, "destination": destination, "sourcePort": source_port,
            "port": port, "number": number}
