#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds what archrules reads out of headers against other readers.

    compare.py FACTS FOLDER

FACTS is the program made of facts.c, FOLDER what fetch.sh filled. Its files,
and every program and library below /usr/bin and /usr/lib, are given to file,
to eu-readelf (which reads with libelf) and, of Windows and macOS, to
llvm-readobj. Exit 1 if they differ, 77 if one of them or the folder is not
there.
"""

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

AT_ONCE = 200
# At least as many kinds of format, architecture and bits must be seen.
KINDS_WANTED = 12
MARKS = (b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe",
         b"\xce\xfa\xed\xfe")
MACHINES = {
    "AMD x86-64": "amd64", "AARCH64": "arm64", "IBM S/390": "s390x",
    "Intel 80386": "i386", "ARM": "arm", "PowerPC64": "ppc64",
    "MIPS R3000": "mips64", "RISC-V": "riscv64", "LoongArch": "loong64",
}
OF_FILE = (
    (r"ELF .*, x86-64,", "elf", "amd64"),
    (r"ELF .*, ARM aarch64", "elf", "arm64"),
    (r"ELF .*, Intel 80386", "elf", "i386"),
    (r"ELF .*, ARM,", "elf", "arm"),
    (r"ELF .*, IBM S/390", "elf", "s390x"),
    (r"ELF .*LSB.*, 64-bit PowerPC", "elf", "ppc64le"),
    (r"ELF 64-bit LSB.*, MIPS", "elf", "mips64le"),
    (r"ELF 64-bit .*, UCB RISC-V", "elf", "riscv64"),
    (r"PE32.* x86-64", "pe", "amd64"),
    (r"PE32.* Aarch64", "pe", "arm64"),
    (r"PE32.* Intel 80386", "pe", "i386"),
    (r"Mach-O 64-bit x86_64", "macho", "amd64"),
    (r"Mach-O 64-bit arm64", "macho", "arm64"),
)
# Those of llvm-readobj; it names the machine of Windows' files in COFF's way.
OF_LLVM = {"x86_64": "amd64", "aarch64": "arm64", "i386": "i386",
           "arm": "arm", "thumb": "arm"}


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(77)


def run(command, **options):
    return subprocess.run(command, capture_output=True, check=False,
                          text=True, errors="surrogateescape",
                          env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
                          **options).stdout


def is_program(path):
    try:
        with open(path, "rb") as file:
            return file.read(4).startswith(MARKS)
    except OSError:
        return False


def find_files(folders):
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if not path.is_symlink() and path.is_file() and \
                    is_program(path) and "\n" not in str(path):
                yield str(path)


def in_groups(paths):
    for start in range(0, len(paths), AT_ONCE):
        yield paths[start:start + AT_ONCE]


def as_list(text):
    """[a, b] as a list; None for what is no list."""
    if not text.startswith("["):
        return None
    return text[1:-1].split(", ") if len(text) > 2 else []


def read_ours(facts, paths):
    names = ("format", "arch", "archs", "bits", "interpreter", "needed",
             "glibc")
    for line in run([facts], input="\n".join(paths) + "\n").splitlines():
        path, *values = line.split("\t")
        yield path, dict(zip(names, values))


def split_by_file(text, mark):
    """The part of each file; mark is what its name stands behind."""
    parts = re.split(mark, text, flags=re.M)
    for name, part in zip(parts[1::2], parts[2::2]):
        yield name, part


# --- libelf -------------------------------------------------------------------

def newest_glibc(part):
    versions = [tuple(map(int, version.split("."))) for version, flags in
                re.findall(r"Name: GLIBC_(\d[\d.]*) +Flags: (\S+)", part)
                if "WEAK" not in flags.upper()]
    return ".".join(map(str, max(versions))) if versions else "<absent>"


def read_elf(paths):
    # Of a single file it would not say the name.
    text = "".join(run(["eu-readelf", "-h", "-l", "-d", "-V", *group,
                        "/dev/null"]) for group in in_groups(paths))
    for path, part in split_by_file(text, r"^(/.*):$"):
        machine = re.search(r"^ +Machine: +(.*)$", part, re.M)
        bits = re.search(r"Class: +ELF(\d+)", part)
        if not machine or not bits:
            continue
        arch = MACHINES.get(machine.group(1).strip(), machine.group(1))
        if "little endian" in part and arch in ("ppc64", "mips64"):
            arch += "le"
        loader = re.search(r"program interpreter: (.*)\]$", part, re.M)
        yield path, {
            "format": "elf", "arch": arch, "archs": f"[{arch}]",
            "bits": bits.group(1),
            "interpreter": loader.group(1) if loader else "<absent>",
            "needed": re.findall(r"NEEDED +Shared library: \[(.*)\]", part),
            "glibc": newest_glibc(part)}


# --- file ---------------------------------------------------------------------

def read_file(paths):
    lines = run(["file", "-b", "-f", "-"],
                input="\n".join(paths) + "\n").splitlines()
    assert len(lines) == len(paths), "file did not answer for each"
    for path, line in zip(paths, lines):
        known = [row for row in OF_FILE if re.match(row[0], line)]
        parts = re.findall(r"\[(?:\\012- )?(x86_64|arm64|i386)", line)
        if line.startswith("Mach-O universal") and parts:
            archs = ["amd64" if part == "x86_64" else part for part in parts]
            yield path, {"format": "macho", "archs": f"[{', '.join(archs)}]"}
        elif known:
            found = {"format": known[0][1], "arch": known[0][2]}
            if "ELF" in line or "Mach-O" in line:
                found["bits"] = "64" if "64-bit" in line[:14] else "32"
            # For .NET it does not say which.
            if ".Net" not in line:
                yield path, found


# --- LLVM ---------------------------------------------------------------------

def read_llvm(paths, ours):
    """Of a universal file each part comes by itself."""
    text = run(["llvm-readobj", "--file-headers", "--needed-libs", *paths])
    for path, part in split_by_file(text, r"^File: (.*)$"):
        arch = OF_LLVM.get(re.search(r"^Arch: (\S+)$", part, re.M).group(1))
        libraries = re.search(r"^NeededLibraries \[\n(.*?)^\]", part,
                              re.M | re.S)
        if not arch or not libraries or ("," in ours[path]["archs"] and
                                         arch != ours[path]["arch"]):
            continue
        yield path, {"arch": arch, "needed": [
            line.strip() for line in libraries.group(1).splitlines()]}


# --- comparing ------------------------------------------------------------------

def is_same(name, mine, value, kind):
    """LLVM sorts libraries, and takes the own name of one of macOS, and those
    it can do without, for needed ones."""
    if name != "needed":
        return mine == value
    names = as_list(mine)
    if names is None or kind == "elf":
        return names == value
    if kind == "macho":
        return set(names) <= set(value)
    return sorted(names) == sorted(value)


def differences(ours, theirs, reader):
    for path, found in theirs:
        for name, value in found.items():
            mine = ours[path][name]
            if not is_same(name, mine, value, ours[path]["format"]):
                yield f"{path}: {name} is {mine}; {reader} says {value}"


def is_debug(path):
    """Symbols alone: the segments that its headers speak of are elsewhere."""
    return "/debug/" in path or path.endswith(".debug")


def compare(facts, paths):
    ours = dict(read_ours(facts, paths))
    whole = [path for path in paths if not is_debug(path)]
    elf = [path for path in whole if ours[path]["format"] == "elf"]
    foreign = [path for path in whole if ours[path]["format"] in
               ("pe", "macho")]
    kinds = Counter((facts["format"], facts["archs"], facts["bits"])
                    for facts in ours.values())
    found = list(differences(ours, read_file(paths), "file"))
    answers = list(read_elf(elf))
    found += differences(ours, answers, "libelf")
    if {path for path, _ in answers} != set(elf):
        found.append(f"libelf answers for {len(answers)} of {len(elf)} files")
    answers = [answer for group in in_groups(foreign)
               for answer in read_llvm(group, ours)]
    found += differences(ours, answers, "llvm-readobj")
    if {path for path, _ in answers} != set(foreign):
        found.append(f"llvm-readobj answers for {len(answers)} of "
                     f"{len(foreign)} files")
    for kind, count in sorted(kinds.items()):
        print(f"{count:6} {' '.join(kind)}")
    known = sum(1 for kind in kinds if "unknown" not in " ".join(kind))
    return found, known, len(elf)


def main():
    facts, folder = sys.argv[1:]
    for tool in ("file", "eu-readelf", "llvm-readobj"):
        if not shutil.which(tool):
            skip(f"no {tool}")
    if not (Path(folder) / "complete").is_file():
        skip("tests/binary/fetch.sh has not filled the folder: it needs npm "
             "and the network")
    paths = list(dict.fromkeys(find_files([Path(folder).resolve(), "/usr/bin",
                                           "/usr/lib"])))
    found, kinds, n_elf = compare(facts, paths)
    for line in found:
        print(line)
    print(f"{len(paths)} files, {n_elf} of ELF, {kinds} kinds, "
          f"{len(found)} differences")
    if kinds < KINDS_WANTED:
        print(f"fewer than {KINDS_WANTED} kinds")
    return 1 if found or kinds < KINDS_WANTED else 0


if __name__ == "__main__":
    sys.exit(main())
