"""Protobuf on the wire: the few fields that the suite writes and reads, without generated code."""


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def piece(field, value):
    """A string, bytes or a message."""
    return varint(field << 3 | 2) + varint(len(value)) + value


def _read_varint(text, at):
    value = shift = 0
    while True:
        byte = text[at]
        at += 1
        value |= (byte & 0x7f) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(text):
    """Yields (number, value) of a message; values of fixed width are passed over."""
    at = 0
    while at < len(text):
        tag, at = _read_varint(text, at)
        kind = tag & 7
        if kind == 0:
            value, at = _read_varint(text, at)
            yield tag >> 3, value
        elif kind == 2:
            size, at = _read_varint(text, at)
            yield tag >> 3, text[at:at + size]
            at += size
        else:
            at += 8 if kind == 1 else 4
