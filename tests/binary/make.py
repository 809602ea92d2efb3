#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the small programs in tests/fuzz/corpus/binary, byte by byte.

    make.py [--check]

They are headers and tables without code. With --check nothing is written;
exit 1 if a file differs or should not be there. unit/t_binary.c says what is
in them.
"""

import struct
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "fuzz/corpus/binary"


# --- ELF ----------------------------------------------------------------------

class Elf:
    """Addresses are offsets plus 0x10000."""

    def __init__(self, machine, bits=64, order="<"):
        self.machine, self.bits, self.order = machine, bits, order
        self.segments = []
        self.body = b""
        self.texts = b"\0"
        self.start = 0x200

    def pack(self, form, *values):
        return struct.pack(self.order + form, *values)

    def word(self):
        return "Q" if self.bits == 64 else "I"

    def place(self, data):
        """Puts it into the body; where that is in the file."""
        at = self.start + len(self.body)
        self.body += data + bytes(-len(data) % 8)
        return at

    def text(self, text):
        at = len(self.texts)
        self.texts += text.encode("latin-1") + b"\0"
        return at

    def segment(self, kind, offset, size, address=None):
        address = offset + 0x10000 if address is None else address
        if self.bits == 64:
            data = self.pack("IIQQQQQQ", kind, 4, offset, address, address,
                             size, size, 8)
        else:
            data = self.pack("IIIIIIII", kind, offset, address, address, size,
                             size, 4, 8)
        self.segments.append(data)

    def versions(self, wanted):
        """wanted: (library, [(version, flags)])."""
        out = b""
        for ix, (library, names) in enumerate(wanted):
            size = 16 + 16 * len(names)
            out += self.pack("HHIII", 1, len(names), self.text(library), 16,
                             0 if ix == len(wanted) - 1 else size)
            for nth, (name, flags) in enumerate(names):
                out += self.pack("IHHII", 0, flags, 2, self.text(name),
                                 0 if nth == len(names) - 1 else 16)
        return out

    def link(self, needed, wanted=(), ends=True):
        entries = [(1, self.text(name)) for name in needed]
        if wanted:
            at = self.place(self.versions(wanted))
            entries += [(0x6FFFFFFE, at + 0x10000), (0x6FFFFFFF, len(wanted))]
        at = self.place(self.texts)
        entries += [(5, at + 0x10000), (10, len(self.texts))]
        entries += [(0, 0)] if ends else []
        data = b"".join(self.pack(2 * self.word(), *each) for each in entries)
        self.segment(2, self.place(data), len(data))

    def interpreter(self, name):
        data = name.encode() + b"\0"
        self.segment(3, self.place(data), len(data))

    def load(self):
        self.segment(1, 0, self.start + len(self.body))

    def file(self, kind=3, many=False):
        head_size, entry, section = (64, 56, 64) if self.bits == 64 else \
            (52, 32, 40)
        count = len(self.segments)
        shoff = head_size + count * entry if many else 0
        head = b"\x7fELF" + bytes([2 if self.bits == 64 else 1,
                                   1 if self.order == "<" else 2, 1]) + bytes(9)
        head += self.pack("HHI" + 3 * self.word(), kind, self.machine, 1, 0,
                          head_size if count else 0, shoff)
        head += self.pack("IHHHHHH", 0, head_size, entry if count else 0,
                          0xFFFF if many else count, section, 1 if many else 0,
                          0)
        out = head + b"".join(self.segments)
        if many:
            at = 44 if self.bits == 64 else 28
            out += (bytes(at) + self.pack("I", count)).ljust(section, b"\0")
        assert len(out) <= self.start
        return out.ljust(self.start, b"\0") + self.body if self.body else out


def elf_full(machine, bits, order, loader):
    elf = Elf(machine, bits, order)
    elf.interpreter(loader)
    elf.link(["libm.so.6", "libc.so.6"],
             [("libm.so.6", [("GLIBC_2.29", 0)]),
              ("libc.so.6", [("GLIBC_2.4", 0), ("GLIBC_2.34", 0),
                             ("GLIBC_2.38", 2), ("GLIBC_PRIVATE", 0),
                             ("GLIBC_2.17", 0)])])
    elf.load()
    return elf


def elf_files():
    yield "elf_amd64", elf_full(62, 64, "<",
                                "/lib64/ld-linux-x86-64.so.2").file()
    yield "elf_s390x", elf_full(22, 64, ">", "/lib/ld64.so.1").file()
    yield "elf_i386", elf_full(3, 32, "<", "/lib/ld-linux.so.2").file()
    yield "elf_mips", elf_full(8, 32, ">", "/lib/ld.so.1").file()
    yield "elf_x32", elf_full(62, 32, "<", "/libx32/ld-linux-x32.so.2").file()
    yield "elf_many_segments", elf_full(258, 64, "<", "/lib/ld.so.1").file(
        many=True)
    for name, machine, order in (("arm64_static", 183, "<"),
                                 ("ppc64_static", 21, ">"),
                                 ("ppc64le_static", 21, "<"),
                                 ("arm64_big_endian", 183, ">")):
        elf = Elf(machine, 64, order)
        elf.load()
        yield "elf_" + name, elf.file(2)
    yield "elf_riscv64_object", Elf(243).file(1)
    elf = Elf(62)
    elf.link(["libc.musl-x86_64.so.1"])
    elf.load()
    yield "elf_musl_library", elf.file()
    elf = Elf(62)
    elf.link(["libc.so.6", "lib\xff.so"], [("libc.so.6", [("GLIBC_x", 0)])])
    elf.load()
    yield "elf_name_not_utf8", elf.file()
    elf = Elf(62)
    elf.link(["libc.so.6"], ends=False)
    elf.load()
    yield "elf_dynamic_without_end", elf.file()
    elf = elf_full(62, 64, "<", "/lib64/ld-linux-x86-64.so.2")
    elf.load()
    yield "elf_segments_overlap", elf.file()
    elf = Elf(62)
    elf.link(["libc.so.6"])
    yield "elf_nothing_loaded", elf.file()
    good = elf_full(62, 64, "<", "/lib64/ld-linux-x86-64.so.2").file()
    yield "elf_class_3", good[:4] + b"\3" + good[5:]
    yield "elf_segments_far", good[:32] + b"\xff" * 8 + good[40:]
    yield "elf_entries_small", good[:54] + b"\x20\0" + good[56:]


# --- PE -----------------------------------------------------------------------

class Pe:
    """One section, at 0x1000 in memory and 0x200 in the file."""

    def __init__(self, machine, bits=64, start=0x1000):
        self.machine, self.bits, self.start = machine, bits, start
        self.body = b""
        self.directories = {}

    def place(self, data):
        at = self.start + len(self.body)
        self.body += data + bytes(-len(data) % 8)
        return at

    def imports(self, names):
        places = [self.place(name.encode("latin-1") + b"\0") for name in names]
        data = b"".join(struct.pack("<IIIII", 0x1000, 0, 0, at, 0x1000)
                        for at in places) + bytes(20)
        self.directories[1] = (self.place(data), len(data))

    def clr(self, flags):
        data = struct.pack("<IHHIII", 72, 2, 5, 0, 0, flags).ljust(72, b"\0")
        self.directories[14] = (self.place(data), len(data))

    def load_config(self, hybrid):
        data = struct.pack("<I", 0x140).ljust(200, b"\0") + \
            struct.pack("<Q", hybrid)
        self.directories[10] = (self.place(data.ljust(0x140, b"\0")), 0x140)

    def file(self):
        dos = (b"MZ".ljust(60, b"\0") + struct.pack("<I", 64))
        size = 112 if self.bits == 64 else 96
        optional = struct.pack("<H", 0x20B if self.bits == 64 else 0x10B)
        optional = optional.ljust(60, b"\0") + struct.pack("<I", 0x200)
        optional = optional.ljust(size - 4, b"\0") + struct.pack("<I", 16)
        for ix in range(16):
            optional += struct.pack("<II", *self.directories.get(ix, (0, 0)))
        coff = struct.pack("<HHIIIHH", self.machine, 1, 0, 0, 0,
                           len(optional), 2)
        section = b".data\0\0\0" + struct.pack(
            "<IIIIIIHHI", len(self.body), self.start, len(self.body), 0x200, 0, 0,
            0, 0, 0)
        head = dos + b"PE\0\0" + coff + optional + section
        assert len(head) <= 0x200
        return head.ljust(0x200, b"\0") + self.body


def pe_files():
    for name, machine, bits in (("amd64", 0x8664, 64), ("i386", 0x14C, 32),
                                ("arm64", 0xAA64, 64), ("arm", 0x1C4, 32),
                                ("unknown", 0xFD1D, 64),
                                ("contradicts_itself", 0x8664, 32)):
        pe = Pe(machine, bits)
        pe.imports(["KERNEL32.dll", "USER32.dll"])
        yield "pe_" + name, pe.file()
    pe = Pe(0x8664)
    pe.load_config(0x140001000)
    yield "pe_arm64ec", pe.file()
    pe = Pe(0x8664)
    pe.load_config(0)
    yield "pe_load_config", pe.file()
    pe = Pe(0x8664, start=0xFFFFFF80)
    pe.load_config(0)
    yield "pe_load_config_far", pe.file()
    for name, flags in (("any", 1), ("any_prefers_32", 0x20003), ("i386", 3),
                        ("mixed", 0)):
        pe = Pe(0x14C, 32)
        pe.imports(["mscoree.dll"])
        pe.clr(flags)
        yield "pe_net_" + name, pe.file()
    pe = Pe(0x8664)
    pe.imports(["KERNEL32.dll", "\xff.dll"])
    yield "pe_name_not_utf8", pe.file()
    pe = Pe(0x8664)
    pe.directories[1] = (0x9000, 40)
    yield "pe_imports_nowhere", pe.file()
    yield "pe_dos", b"MZ".ljust(64, b"\0") + b"This is a program of DOS"
    yield "pe_dos_short", b"MZ\0\0"


# --- Mach-O -------------------------------------------------------------------

def macho(cpu, names=(), loader=None, order="<", bits=64, late=()):
    commands = []
    for command, name in [(0xE, loader)] * bool(loader) + \
            [(0xC, name) for name in names] + \
            [(0x80000018, name) for name in late]:
        head = 12 if command == 0xE else 24
        text = name.encode() + b"\0"
        size = head + len(text) + (-(head + len(text)) % 8)
        commands.append((struct.pack(order + "III", command, size, head)
                         .ljust(head, b"\0") + text).ljust(size, b"\0"))
    body = b"".join(commands)
    magic = 0xFEEDFACF if bits == 64 else 0xFEEDFACE
    return struct.pack(order + "IIIIIII", magic, cpu, 0, 2, len(commands),
                       len(body), 0) + bytes(4 if bits == 64 else 0) + body


def universal(parts, is_64=False, listed=None):
    form = ">IIQQII" if is_64 else ">IIIII"
    at = (8 + len(parts) * struct.calcsize(form) + 63) // 64 * 64
    out = struct.pack(">II", 0xCAFEBABF if is_64 else 0xCAFEBABE, len(parts))
    body = b""
    for ix, (cpu, data) in enumerate(parts):
        cpu = listed[ix] if listed else cpu
        tail = (at + len(body), len(data), 6) + ((0,) if is_64 else ())
        out += struct.pack(form, cpu, 0, *tail)
        body += data + bytes(-len(data) % 64)
    return out.ljust(at, b"\0") + body


AMD64, ARM64, PPC = 0x01000007, 0x0100000C, 18
SYSTEM = "/usr/lib/libSystem.B.dylib"
LOADER = "/usr/lib/dyld"


def macho_files():
    arm64 = macho(ARM64, [SYSTEM], LOADER, late=["/usr/lib/libz.1.dylib"])
    amd64 = macho(AMD64, [SYSTEM, "@rpath/libx.dylib"], LOADER)
    yield "macho_arm64", arm64
    yield "macho_amd64", amd64
    yield "macho_ppc", macho(PPC, [SYSTEM], LOADER, ">", 32)
    yield "macho_i386", macho(7, [SYSTEM], LOADER, "<", 32)
    yield "macho_contradicts_itself", macho(7, [SYSTEM])
    yield "macho_command_empty", arm64[:36] + bytes(4) + arm64[40:]
    yield "macho_command_long", arm64[:36] + b"\xff\xff\0\0" + arm64[40:]
    yield "macho_commands_many", arm64[:16] + b"\xff\0\0\0" + arm64[20:]
    both = [(AMD64, amd64), (ARM64, arm64)]
    yield "macho_universal", universal(both)
    yield "macho_universal_64", universal(both, is_64=True)
    yield "macho_universal_arm64e", universal(
        [(ARM64, arm64), (ARM64, arm64), (AMD64, amd64)])
    yield "macho_universal_lies", universal(both, listed=[ARM64, AMD64])
    yield "macho_universal_foreign", universal(
        [(PPC, macho(PPC, [SYSTEM], LOADER, ">", 32)), (7, macho(
            7, [SYSTEM], LOADER, "<", 32))])
    yield "macho_universal_empty", b"\xca\xfe\xba\xbe\0\0\0\0"
    yield "java_class", b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(32)


# --- The rest -------------------------------------------------------------------

def other_files():
    yield "script", b"#!/bin/sh\necho 1\n"
    yield "script_arguments", b"#! \t/usr/bin/env python3\nimport sys\n"
    yield "script_windows", b"#!/bin/sh\r\necho 1\r\n"
    yield "script_without_line_end", b"#!/bin/sh"
    yield "script_long", b"#!/" + b"x" * 300 + b"\n"
    yield "script_names_nothing", b"#! \n/bin/sh\n"
    yield "script_not_utf8", b"#!/bin/\xff\n"
    yield "text", b"Hello.\n"
    yield "text_mark_first", b"\xef\xbb\xbf#!/bin/sh\n"
    yield "empty", b""


def main():
    files = {name: data for make in (elf_files, pe_files, macho_files,
                                     other_files) for name, data in make()}
    there = {path.name for path in FOLDER.iterdir()} if FOLDER.is_dir() else ()
    differing = sorted(set(there) - set(files))
    for name, data in files.items():
        path = FOLDER / name
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        elif name not in there or path.read_bytes() != data:
            differing.append(name)
    for name in differing:
        print(f"{FOLDER.name}/{name} is not what make.py makes")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
