"""Reads the public formats that a bundle is made of; tools/check_bundle.py says what they mean.

The ZIP; the log's signed notes, its tree of hashes and the proofs in it (C2SP, RFC 6962 and 9162);
and the FlatBuffers of schemas/event.fbs. Whatever is not of the one strict form is refused.
"""

import base64
import hashlib
import pathlib
import re
import struct
import subprocess
import tempfile
import zlib

UNPACKED_BYTES, PARTS, EVENT_BYTES = 64 << 20, 65_000, 65_535
PLAIN_FILES = (0, 0o600 << 16, 0o100644 << 16)  # what a ZIP notes of their modes
ID, NUMBER = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}", "(?:0|[1-9][0-9]{0,18})"
PART = re.compile(f"events/{NUMBER}\\.(?:fb|tlog-proof)|details/{NUMBER}\\.json|checkpoint|"
                  "log\\.vkey|figure\\.json|totals\\.tsv|README\\.txt")
TEXT = re.compile("[ -~\xa0-\U0010ffff]+")
LONG_TEXTS = {"reason": 2000, "proxy_source": 2000, "uri": 2048, "note": 4000, "vkey": 564,
              "old_vkey": 564, "new_vkey": 564}  # bytes; all others have at most 500

# The tables of schemas/event.fbs, slot by slot: texts, and after a colon the numbers of a struct, a
# table, or a list with the most items it may have; a question mark where one may be absent.
SHAPES = {one.split()[0]: [slot.partition(":")[::2] for slot in one.split()[1:]] for one in """
    event sequence,recorded_at:Qq id? actor? digest?:32s kind:B says:table;
    ledger-opened name origin month,day:BB currency vkey; organisation name scheme? identifier?;
    programme name; contract buyer,supplier,programme,amount,from,to:QQQqii title ocid?;
    measure numerator,denominator,proxy,basis:QQqB7x title unit framework? edition? proxy_source?;
    commitment organisation,programme,measure,contract,quantity,year:QQQQqh6x schedule?:50*qh6x;
    claim commitment,organisation,programme,measure,contract,quantity,from,to:QQQQQqii
        evidence?:64*evidence; evidence sha256:32s media_type?;
    verification claim,quantity,outcome:QqB7x method evidence?:64*evidence;
    correction corrects:Q reason about?:B says?:table; key-rotated old_vkey new_vkey;
    publication supersedes,as_of,year:QQh6x title totals_root:32s document?:evidence
        statements?:500*statement; statement stated,as_of,year,stage,qualifier,of:qQhBBB3x
        label measure programme? organisation? contract?
    """.split(";")}


def require(holds, message):
    """Refuses the bundle with this message unless the condition holds."""
    if not holds:
        raise ValueError(message)


def unbase64(text):
    """Returns the bytes that a canonical base64 text stands for."""
    value = base64.b64decode(text, validate=True)
    require(base64.b64encode(value).decode() == text, "a base64 text is not canonical")
    return value


def read_zip(data):
    """Returns the parts by their names; the ZIP must have the one strict form."""
    mark, *disks, count, size, start, comment = struct.unpack("<4s4H2IH", data[-22:].rjust(22))
    require(mark == b"PK\5\6" and disks == [0, 0, count] and not comment and count <= PARTS
            and start + size + 22 == len(data), "the ZIP does not end as it should")
    parts, at, local, room = {}, start, 0, UNPACKED_BYTES
    for _ in range(count):
        mark, made_by, head, *zeros, mode, offset = struct.unpack_from("<4sH26s3H2I", data, at)
        version, flags, method, *_, crc, packed, size, length, more = struct.unpack("<5H3I2H", head)
        name, begin, room = data[at + 46:at + 46 + length], local + 30 + length, room - size
        require(mark == b"PK\1\2" and data[local:begin] == b"PK\3\4" + head + name
                and offset == local and not any(zeros) and not more and version in (10, 20)
                and made_by >> 8 in (0, 3) and made_by & 255 in (20, 30, 63) and mode in PLAIN_FILES
                and ((method, flags, packed) == (0, 0, size) or method == 8 and not flags & ~6),
                "the ZIP's headers disagree, or are not of the strict form")
        at, local, name = at + 46 + length, begin + packed, name.decode()
        require(PART.fullmatch(name) and name not in parts and room >= 0,
                f"{name[:80]!a} is no part of a bundle, stands there twice, or is too large")
        content, stream = data[begin:local], zlib.decompressobj(-15)
        parts[name] = stream.decompress(content, size + 1) if method else content
        require(len(parts[name]) == size and zlib.crc32(parts[name]) == crc
                and stream.eof == bool(method) and not stream.unused_data, f"{name} is damaged")
    require(local == start and at + 22 == len(data), "the ZIP holds bytes that belong to no part")
    return parts


def read_vkey(line):
    """Returns the origin, the key ID and the public key of a verifier key and its line feed."""
    found = re.fullmatch(r"([^\s+\0-\x1f]+)\+([0-9a-f]{8})\+(\S{44})\n", line)
    require(found, f"{line[:80]!a} is not a verifier key")
    origin, key_id, key = found[1], bytes.fromhex(found[2]), unbase64(found[3])
    right = hashlib.sha256(origin.encode() + b"\n" + key).digest()[:4]
    require(len(key) == 33 and key[0] == 1 and key_id == right, f"{line[:80]!a} has a wrong key ID")
    return origin, key_id, key[1:]


def is_signed(text, signature, key):
    """Tells whether an Ed25519 key has signed the text."""
    command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -in text -sigfile sig"
    files = {"key": bytes.fromhex("302a300506032b6570032100") + key, "text": text, "sig": signature}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            pathlib.Path(folder, name).write_bytes(content)
        return not subprocess.run(command.split(), cwd=folder, capture_output=True).returncode


def read_checkpoint(note, keys):
    """Returns the size and the root of a checkpoint that each of the keys has signed once."""
    origin, size, root, empty, *lines, end = note.decode().split("\n")
    found = [re.fullmatch(r"— ([^\s+]+) (\S{7,})", line) for line in lines]
    require(empty == end == "" and not re.search(b"[\0-\x09\x0b-\x1f]", note) and all(found)
            and {origin} == {key[0] for key in keys} and re.fullmatch(NUMBER, size)
            and 0 < int(size) < 2**63 and len(lines) <= 17,
            "the checkpoint is malformed, of another origin, or has too many signatures")
    signed = [(line[1], unbase64(line[2])) for line in found]
    require(all(len(blob) > 4 for _, blob in signed), "a signature line has no signature")
    for key in keys:
        own = [blob[4:] for name, blob in signed if (name, blob[:4]) == key[:2]]
        require(len(own) == 1 and len(own[0]) == 64 and is_signed(
            f"{origin}\n{size}\n{root}\n".encode(), own[0], key[2]),
            "the checkpoint is not signed by VKEY and log.vkey, once each")
    return int(size), unbase64(root)


def merkle_root(leaves):
    """Returns the root of the tree over these leaves (RFC 6962, 2.1)."""
    nodes = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(nodes) > 1:  # pair by pair; a last one alone goes a level up as it is
        nodes = [hashlib.sha256(b"\1" + b"".join(nodes[at:at + 2])).digest()
                 for at in range(0, len(nodes) - 1, 2)] + nodes[len(nodes) & ~1:]
    return nodes[0] if nodes else hashlib.sha256().digest()


def check_proof(proof, event, sequence, checkpoint, size, root):
    """Refuses an event that the proof does not place in the log (RFC 9162, 2.1.3.2)."""
    head, tail = f"c2sp.org/tlog-proof@v1\nindex {sequence}\n".encode(), b"\n" + checkpoint
    require(len(proof) >= len(head + tail) and proof.startswith(head) and proof.endswith(tail),
            "its proof is of another event, or does not end in the bundle's checkpoint")
    *hashes, end = proof[len(head):len(proof) - len(tail)].decode().split("\n")
    require(end == "" and sequence < size, "its proof is malformed")
    node, last, top = sequence, size - 1, hashlib.sha256(b"\0" + event).digest()
    for other in map(unbase64, hashes):
        require(len(other) == 32 and last, "its proof has more hashes than the tree has levels")
        on_right = node & 1 or node == last
        top = hashlib.sha256(b"\1" + (other + top if on_right else top + other)).digest()
        while on_right and node and not node & 1:
            node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    require(last == 0 and top == root, "its proof does not lead to the checkpoint's root")


def sound(name, text):
    """Returns the text of a field of this name, if it is one that can stand there."""
    line = re.sub("[\n\t]", " ", text) if name in ("note", "reason") else text
    require(TEXT.fullmatch(line) and len(text.encode()) <= LONG_TEXTS.get(name, 500),
            f"its {name} is no sound text")
    return text


def read_table(data, at, kind):
    """Returns the fields of a FlatBuffers table; the data is unchecked, and no read leaves it."""
    def read(form, at):
        size, unit = struct.calcsize("<" + form), struct.calcsize(form.strip("0123456789x")[0])
        require(0 <= at <= len(data) - size and at % unit == 0, "its tables leave its bytes")
        return struct.unpack_from("<" + form, data, at)
    def follow(at):
        return at + read("I", at)[0]
    def read_item(form, at):
        return read_table(data, follow(at), form) if form in SHAPES else read(form, at)
    shape, vtable, fields = SHAPES[kind], at - read("i", at)[0], {}
    size = read("H", vtable)[0]
    require(size % 2 == 0 and size // 2 - 2 <= len(shape), f"it is no {kind} as known here")
    slots = read(f"{size // 2}H", vtable)[2:] + (0,) * len(shape)
    for (names, form), slot in zip(shape, slots):
        name, start, (most, star, item) = names.rstrip("?"), at + slot, form.rpartition("*")
        require(slot or name != names, f"its {name} is missing")
        if not slot:
            fields[name] = None
        elif not form:
            start = follow(start)
            text, end = read(f"{read('I', start)[0]}sB", start + 4)
            require(end == 0, f"its {name} does not end")
            fields[name] = sound(name, text.decode())
        elif form == "table":
            fields[name] = follow(start)
        elif star:
            start = follow(start)
            count, step = read("I", start)[0], 4 if item in SHAPES else struct.calcsize("<" + item)
            require(0 < count <= int(most), f"its {name} has no items, or too many")
            fields[name] = [read_item(item, start + 4 + step * i) for i in range(count)]
        elif form in SHAPES:
            fields[name] = read_item(form, start)
        else:
            fields.update(zip(name.split(","), read(form, start)))
    return fields


def read_event_bytes(data):
    """Returns the fields of the table that the bytes of an event are."""
    require(len(data) <= EVENT_BYTES and data[4:8] == b"TALY", "its bytes are of no event")
    return read_table(data, int.from_bytes(data[:4], "little"), "event")
