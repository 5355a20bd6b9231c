"""Protobuf on the wire by hand, for what no generated code would send."""


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(0x80 | number & 0x7F)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, value):
    """A field of type message, string or bytes."""
    return varint(number << 3 | 2) + varint(len(value)) + value
