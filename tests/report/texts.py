# SPDX-License-Identifier: Apache-2.0
"""Texts that would like to be more than text: for terminals, browsers,
spreadsheets, issue trackers and parsers."""

BIDI = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]

TERMINAL = ["\x1b[2J", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07",
            "\x1b]52;c;cm0gLXJmIC8=\x07", "\x1b]8;;https://e.example\x1b\\x",
            "\x1bP$q\"p\x1b\\", "\x1b[6n", "\x1b[?1049h", "\x1bc", "\x1b[1;1H",
            "a\rb", "a\bb", "a\x07b", "a\x0bb", "a\x0cb", "\x7f", "a\x0eb",
            "\x9b2J", "\x9d0;x\x9c", "\x90q\x9c", "\x85", "x\n\x1b[K\ny",
            "\x1b[200~ls\x1b[201~", "\u2028x", "\u2029x"]

HTML = ["<script>alert(1)</script>", "</script><script>alert(1)</script>",
        "</style><script>alert(1)</script>", "</title><svg onload=alert(1)>",
        "<!-- x", "--><b>", "--!><b>", "<![CDATA[x]]>", "]]>", "<?xml x?>",
        "<!DOCTYPE x>", "&lt;b&gt;", "&#60;b&#62;", "&amp;", "&", "&#x0;",
        "&nbsp", "<img src=x onerror=alert(1)>", '" onload="alert(1)',
        "' onload='alert(1)", "` onload=`alert(1)", '"><b>', "'><b>",
        "<a href=javascript:alert(1)>x</a>", "javascript:alert(1)",
        "data:text/html,<b>", "vbscript:x", "<iframe src=//e.example>",
        "<object data=x>", "<embed src=x>", "<base href=//e.example>",
        "<meta http-equiv=refresh content=0>", "<link rel=stylesheet href=x>",
        "<form action=x>", "<button form=x>", "<input autofocus onfocus=x>",
        "<details open ontoggle=x>", "<svg><script>x</script></svg>",
        "<math><mi xlink:href=x>", "</svg></figure></article></main>",
        "</pre></code></div>", "</dd></dl>", "</td></tr></table>",
        "<plaintext>", "<textarea>", "<noscript>", "<template>", "<xmp>",
        "<style>*{display:none}</style>", "{{7*7}}", "${7*7}", "<%= x %>",
        "#{x}", "<\x00b>".replace("\x00", "\u0001"), "\ufeff<b>", "+ADw-b+AD4-",
        "<b\n>", "<\u212aey>", "\uff1cscript\uff1e", "<ſcript>", "\\u003cb",
        "%3Cb%3E", "http://e.example/", "https://e.example/",
        "//e.example/", "file:///etc/passwd", "mailto:a@e.example"]

MARKDOWN = ["# h", "## h ##", "- x", "* x", "+ x", "1. x", "2) x", "> x",
            "```\nx\n```", "~~~", "    code", "\tcode", "`x`", "``", "`", "***",
            "---", "===", "___", "x\n===", "x\n---", "**b**", "__b__", "*i*",
            "_i_", "~~s~~", "[x](https://e.example)", "![x](https://e.example)",
            "[x]: https://e.example", "[x][y]", "[^1]", "[^1]: x",
            "<https://e.example>", "www.e.example", "a@e.example", "@someone",
            "#123", "GH-1", "| a | b |\n|---|---|", "|", "a|b", ":--:",
            "- [ ] x", "- [x] x", "\\", "\\*", "&copy;", "$x$", "$$x$$",
            ":smile:", "<details>", "<br>", "</details>", "x  \ny", "x\\\ny",
            "![](javascript:x)", "[x](<javascript:x>)", "[x](data:x)",
            "<javascript:x>", "1986\\. x", "\n\n# x", "x\n\n    y", "x](y",
            "]: x", "``` `", "a_b_c", "snake_case_*x*", "http:x", "ftp://e.x"]

SHEET = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "\xa0=1",
         "a\n=1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://e.example\")",
         "'=1", '"=1"', ",", ";", "\"", "'"]

TAP = ["ok 1", "not ok 1", "1..5", "Bail out! x", "# SKIP x", "# TODO x",
       "x # SKIP", "x # TODO y", "x \\# SKIP", "x\nnot ok 2 - y", "  ---",
       "x\n  ---\n  a: b\n  ...", "  ...", "TAP version 13", "pragma +strict",
       "\\", "\\\\", "x\\", "#", "x\\\n# SKIP"]

XML = ["]]>", "<![CDATA[", "<!ENTITY x SYSTEM \"file:///etc/passwd\">", "&x;",
       "\ufffe", "\uffff", "\U0001ffff", "<a xmlns:x='y'>", "%x;",
       "</failure></testcase>", "\"/><testcase name=\""]

JSON = ['"', "\\", '\\"', "\\u0000", '","x":"', "}", "]}", "null",
        "\u2028", "\U0001f600", "\U0010ffff", "{0}", "[x](1)", "[x](#a)",
        "\\[x](1)", "{{x}}", "[a] [b](c)"]

SHELL = ["$(x)", "`x`", "; rm -rf /", "| x", "&& x", "%PATH%", "!x!", "^x",
         "$env:x", "'; x #", "\"; x #", "\\\nx", "<(x)", "${IFS}", "~", "*"]

WORDS = ["", " ", "  x", "x  ", "é", "日本語", "العربية", "עברית", "👩‍👩‍👧",
         "e" + "\u0301" * 50, "\u200bx", "x\u00ad", "\ufeffx", "İ", "ß", "Ⅷ",
         "x" * 600, "x " * 700, "日" * 300, "&" * 900, "<" * 900, "`" * 700,
         "a\u0300" * 600]

# Only as bytes: what cannot come from a snapshot.
BYTES = [b"\xff", b"a\xc3", b"\xe2\x80", b"\xed\xa0\x80", b"\xc0\xaf",
         b"\xf8\x88\x80\x80\x80", b"\xf4\x90\x80\x80", b"\x80<b>", b"\xfe\xff<",
         b"\xc0\xbcscript>", b"x\xf0\x9f\x98", b"\xe2\x80\xae\xff"]


def hostile():
    """All of them once, as bytes, none of them empty."""
    texts = []
    for group in (TERMINAL, HTML, MARKDOWN, SHEET, TAP, XML, JSON, SHELL,
                  WORDS):
        texts += [text.encode("utf-8", "surrogatepass") for text in group]
    texts += [f"a{chr(code)}b".encode() for code in BIDI]
    texts += [bytes([code]) + b"x" for code in range(1, 0x20)]
    texts += [f"{chr(code)}x".encode() for code in range(0x7F, 0xA0)]
    texts += BYTES
    return sorted(set(texts) - {b""}, key=lambda text: (len(text), text))


def large():
    """One as large as a fact may be."""
    return ("<b>\x1b[2J|`\u202e" * (1 << 20))[:(1 << 20) // 12 * 10]
