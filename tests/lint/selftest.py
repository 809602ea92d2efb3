#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checks of lint.py on a small wrong tree: each must find its fault, and
none may find one where there is none."""

import subprocess
import sys
import tempfile
from pathlib import Path

LINT = Path(__file__).parent / "lint.py"
SPDX = "SPDX-License-Identifier: Apache-2.0"
LONG = "int f(void)\n{\n" + "    g();\n" * 61 + "    return 0;\n}\n"

GOOD = {
    "CMakeLists.txt": f"# {SPDX}\nproject(archrules\n    VERSION 1.2.3\n",
    "CHANGELOG.md": "# Changelog\n\n## 1.2.3\n",
    "engine/CMakeLists.txt": f"# {SPDX}\nar_layer(base\n    a.c)\n",
    "engine/base/a.c": f'/* {SPDX} */\n#include "base/a.h"\n',
    "engine/base/a.h": f"/* {SPDX} */\n/* Not strcpy(). */\n",
    "engine/text/b.h": f'/* {SPDX} */\n#include "base/a.h"\n',
    "tests/CMakeLists.txt": f"# {SPDX}\nset(AR_UNIT_TESTS t_a)\n",
    "tests/unit/t_a.c": f"/* {SPDX} */\n",
    "tests/lint/layers.txt": "base:\ntext: base\n",
    "tests/lint/long_functions.txt": "# none\n",
}

# Check, changed file, its text, what must be said.
WRONG = [
    ("layers", "engine/base/a.h", f'/* {SPDX} */\n#include "text/b.h"\n',
     "engine/base/a.h:2: base must not include text"),
    ("layers", "engine/base/a.h", '#include "b.h"\n', "lacks its layer"),
    ("layers", "engine/new/c.c", "", "layer new is not in"),
    ("length", "engine/base/a.c", LONG, "engine/base/a.c:2: f() has 62"),
    ("length", "engine/base/a.c", "\n" * 801, "801 lines"),
    ("length", "tests/lint/long_functions.txt", "engine/base/a.c f because\n",
     "no longer so long"),
    ("length", "tests/lint/long_functions.txt", "engine/base/a.c f\n",
     "gives no reason"),
    ("spdx", "engine/base/a.c", "int a;\n", "engine/base/a.c:1: lacks"),
    ("forbidden", "engine/base/a.c", "void f(void) { strcpy(a, b); }\n",
     "strcpy"),
    ("forbidden", "engine/base/a.c", "#include <ctype.h>\n", "<ctype.h>"),
    ("forbidden", "engine/text/b.h", "setjmp(x);\n", "setjmp"),
    ("paths", "README.md", "cd /home/someone/x\n", "README.md:1: "),
    ("listed", "engine/base/z.c", "", "engine/base/z.c is not built"),
    ("listed", "engine/CMakeLists.txt", "ar_layer(base\n  a.c\n  y.c)\n",
     "engine/base/y.c does not exist"),
    ("listed", "tests/unit/t_z.c", "", "tests/unit/t_z.c is not built"),
    ("listed", "tests/laws/z.c", "", "tests/laws/z.c is not built"),
    ("versions", "CHANGELOG.md", "## 1.2.2\n", "is not 1.2.3"),
]


def run(check, files):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        return subprocess.run([sys.executable, str(LINT), check, folder],
                              capture_output=True, text=True)


def main():
    failed = 0
    for check in sorted({row[0] for row in WRONG}):
        done = run(check, GOOD)
        if done.returncode != 0:
            failed += 1
            print(f"{check} is not content with a good tree:\n{done.stdout}"
                  f"{done.stderr}")
    for check, path, text, expected in WRONG:
        done = run(check, {**GOOD, path: text})
        if done.returncode != 1 or expected not in done.stdout:
            failed += 1
            print(f"{check} on {path} does not say '{expected}':\n"
                  f"{done.stdout}{done.stderr}")
    print(f"selftest: {failed} of {len(WRONG)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
