#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-only
"""Makes figures of equal width the usual ones of an OpenType font: tabular.py IN OUT FAMILY.

Columns of numbers have to line up, and Qt 6.4 cannot ask a font for its feature `tnum`. So the ten figures get what
the feature replaces them with straight from the character map. The result is a derivative of the font and says so
by another family name. Only the tables cmap and name are written anew; everything else is copied.
"""

import struct
import sys


def u16(data, at):
    return struct.unpack_from(">H", data, at)[0]


def u32(data, at):
    return struct.unpack_from(">I", data, at)[0]


def tables(font):
    found = {}
    for i in range(u16(font, 4)):
        tag, _, offset, length = struct.unpack_from(">4sIII", font, 12 + 16 * i)
        found[tag] = font[offset : offset + length]
    return found


def characters(cmap):
    """character → glyph, from the format 12 table or else from format 4."""
    best = {}
    for i in range(u16(cmap, 2)):
        at = u32(cmap, 4 + 8 * i + 4)
        kind = u16(cmap, at)
        if kind == 12:
            result = {}
            for group in range(u32(cmap, at + 12)):
                first, last, glyph = struct.unpack_from(">III", cmap, at + 16 + 12 * group)
                for char in range(first, last + 1):
                    result[char] = glyph + char - first
            return result
        if kind == 4:
            best = segments(cmap, at)
    if not best:
        raise SystemExit("tabular.py: no character map of format 4 or 12")
    return best


def segments(cmap, at):
    result = {}
    twice = u16(cmap, at + 6)
    ends, starts = at + 14, at + 16 + twice
    deltas, offsets = starts + twice, starts + 2 * twice
    for i in range(0, twice, 2):
        start, end = u16(cmap, starts + i), u16(cmap, ends + i)
        delta, offset = u16(cmap, deltas + i), u16(cmap, offsets + i)
        for char in range(start, end + 1):
            if char == 0xFFFF:
                continue
            glyph = char if offset == 0 else u16(cmap, offsets + i + offset + 2 * (char - start))
            if offset == 0 or glyph:
                result[char] = (glyph + delta) & 0xFFFF
    return result


def covered(gsub, at):
    if u16(gsub, at) == 1:
        return [u16(gsub, at + 4 + 2 * i) for i in range(u16(gsub, at + 2))]
    glyphs = []
    for i in range(u16(gsub, at + 2)):
        first, last = u16(gsub, at + 4 + 6 * i), u16(gsub, at + 6 + 6 * i)
        glyphs.extend(range(first, last + 1))
    return glyphs


def replacements(gsub, feature):
    """glyph → glyph of the single substitutions that a feature asks for."""
    features, lookups = u16(gsub, 6), u16(gsub, 8)
    wanted = []
    for i in range(u16(gsub, features)):
        at = features + 2 + 6 * i
        if gsub[at : at + 4] == feature:
            table = features + u16(gsub, at + 4)
            wanted.extend(u16(gsub, table + 4 + 2 * n) for n in range(u16(gsub, table + 2)))
    result = {}
    for index in dict.fromkeys(wanted):
        lookup = lookups + u16(gsub, lookups + 2 + 2 * index)
        for n in range(u16(gsub, lookup + 4)):
            at, kind = lookup + u16(gsub, lookup + 6 + 2 * n), u16(gsub, lookup)
            if kind == 7:  # an extension leads to the real one
                kind, at = u16(gsub, at + 2), at + u32(gsub, at + 4)
            if kind != 1:
                continue
            for i, glyph in enumerate(covered(gsub, at + u16(gsub, at + 2))):
                if u16(gsub, at) == 1:
                    result.setdefault(glyph, (glyph + u16(gsub, at + 4)) & 0xFFFF)
                else:
                    result.setdefault(glyph, u16(gsub, at + 6 + 2 * i))
    if not result:
        raise SystemExit("tabular.py: the font has no " + feature.decode())
    return result


def written_cmap(mapping):
    groups = []
    for char, glyph in sorted(mapping.items()):
        if groups and char == groups[-1][1] + 1 and glyph == groups[-1][2] + char - groups[-1][0]:
            groups[-1][1] = char
        else:
            groups.append([char, char, glyph])
    body = b"".join(struct.pack(">III", *group) for group in groups)
    head = struct.pack(">HHIII", 12, 0, 16 + len(body), 0, len(groups))
    # Named twice: without the first, FreeType makes up a map of its own from the glyphs' names.
    return struct.pack(">HHHHIHHI", 0, 2, 0, 4, 20, 3, 10, 20) + head + body


def written_name(name, family):
    """The same names with the family's exchanged (1 family, 4 full, 6 PostScript, 16 typographic family)."""
    count, strings = u16(name, 2), u16(name, 4)
    records, texts = [], b""
    for i in range(count):
        platform, encoding, language, what, length, offset = struct.unpack_from(">HHHHHH", name, 6 + 12 * i)
        text = name[strings + offset : strings + offset + length]
        if what in (1, 4, 6, 16):
            coding = "mac-roman" if platform == 1 else "utf-16-be"
            new = family.replace(" ", "") if what == 6 else family
            text = text.decode(coding).replace("Inter", new, 1).encode(coding)
        records.append(struct.pack(">HHHHHH", platform, encoding, language, what, len(text), len(texts)))
        texts += text
    return struct.pack(">HHH", 0, count, 6 + 12 * count) + b"".join(records) + texts


def checksum(data):
    padded = data + b"\0" * (-len(data) % 4)
    return sum(struct.unpack(">%dI" % (len(padded) // 4), padded)) & 0xFFFFFFFF


def assembled(flavour, parts):
    count = len(parts)
    power = 1 << (count.bit_length() - 1)
    head = flavour + struct.pack(">HHHH", count, power * 16, power.bit_length() - 1, (count - power) * 16)
    at, directory, body = 12 + 16 * count, b"", b""
    for tag, data in sorted(parts.items()):
        directory += struct.pack(">4sIII", tag, checksum(data), at + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return head + directory + body


def main(source, target, family):
    with open(source, "rb") as file:
        font = file.read()
    parts = tables(font)
    exchange = replacements(parts[b"GSUB"], b"tnum")
    mapping = characters(parts[b"cmap"])
    mapping.update({char: exchange.get(mapping[char], mapping[char]) for char in b"0123456789"})
    parts[b"cmap"] = written_cmap(mapping)
    parts[b"name"] = written_name(parts[b"name"], family)
    head = bytearray(parts[b"head"])
    struct.pack_into(">I", head, 8, 0)
    parts[b"head"] = bytes(head)
    struct.pack_into(">I", head, 8, (0xB1B0AFBA - checksum(assembled(font[:4], parts))) & 0xFFFFFFFF)
    parts[b"head"] = bytes(head)
    with open(target, "wb") as file:
        file.write(assembled(font[:4], parts))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
