import { assert, assertEquals } from "@std/assert";
import { findProtectedSpans } from "./protected_spans.ts";
import { slotTokens } from "./slot_tokens.ts";

/** Text, its spans; the kind where it matters, before the span with a colon and a space. */
const CASES: [text: string, ...spans: string[]][] = [
  // printf and Python
  ["%s of %d", "placeholder: %s", "%d"],
  ["%1$s in %2$s", "%1$s", "%2$s"],
  ["%(count)d files", "placeholder: %(count)d"],
  ["%(user.name)s", "%(user.name)s"],
  ["%-5.2f, %lu and %*d", "%-5.2f", "%lu", "%*d"],
  ["%dx%d, %ds", "%d", "%d", "%d"],
  ["5%d", "placeholder: %d"],
  ["100 %", "number: 100"],
  ["100 % der Dateien", "number: 100"],
  ["5% off, a 100%ige Sache, 50%discount", "number: 100", "number: 50"],
  ["100%% sure", "number: 100", "placeholder: %%"],
  ["%@ and %%d", "%@", "%%"],
  ["{:>8.2f} and {x!r}", "{:>8.2f}", "{x!r}"],
  ["%Y-%m-%d", "%Y", "%m", "%d"],
  // ICU, i18next, Java, Qt, Ruby, shells
  ["{0} of {1}", "placeholder: {0}", "{1}"],
  ["{} {name} {user.name} {items[0]}", "{}", "{name}", "{user.name}", "{items[0]}"],
  ["{{user.name}}", "placeholder: {{user.name}}"],
  ["{{ count }} and {{- raw }}, {{{html}}}", "{{ count }}", "{{- raw }}", "{{{html}}}"],
  ["{date, date, short} {0,number,#.##}", "{date, date, short}", "{0,number,#.##}"],
  [
    "You have {n, plural, one {# file} other {# files}}.",
    "placeholder: {n, plural, one {# file} other {# files}}",
  ],
  ["{n, plural, one {# file}"],
  ["{ a sentence in braces }"],
  ["${HOME} #{x} %{y}", "placeholder: ${HOME}", "#{x}", "%{y}"],
  ["$1 and $HOME, $(uname -r)", "placeholder: $1", "$HOME", "$(uname -r)"],
  ["That costs $5.99 or $1,000.", "number: $5.99", "number: $1,000"],
  ["US$ and a $"],
  ["%1 of %2, %L1, %n", "%1", "%2", "%L1", "%n"],
  ["%PATH% and __NAME__", "placeholder: %PATH%", "placeholder: __NAME__"],
  ["a slot ⟦1⟧", "placeholder: ⟦1⟧"],
  // Addresses and e-mail
  ["(see https://a.b/c?d=e).", "address: https://a.b/c?d=e"],
  ["https://a.b/c_(d) is, https://a.b/.", "https://a.b/c_(d)", "https://a.b/"],
  ["„https://a.b/{id}“!", "address: https://a.b/{id}"],
  ["www.example.org, ftp://x.y/", "address: www.example.org", "ftp://x.y/"],
  ["<https://a.b>", "address: https://a.b"],
  ["a@b.org.", "email: a@b.org"],
  ["<jane.doe+x@mail.example.co.uk>", "email: jane.doe+x@mail.example.co.uk"],
  ["meet @ noon, a@b"],
  ["http:// is a prefix"],
  // Tags and entities
  ["<b>bold</b><br/>", "tag: <b>", "tag: </b>", "tag: <br/>"],
  ['<a href="https://a.b/c">x</a>', 'tag: <a href="https://a.b/c">', "</a>"],
  ["a < b and c > d, x <y and z> w"],
  ["<!-- wp:p -->Text", "tag: <!-- wp:p -->"],
  ["R&D, &amp; &#8230; &#x2f; &nope", "entity: &amp;", "&#8230;", "&#x2f;"],
  // Code and options
  ["Run `apt-get update` now", "code: `apt-get update`"],
  ["`quoted' and `again'"],
  ["``so'' and ``so''"],
  ["--help", "option: --help"],
  ["ls -l --color=auto, -rf, -mSSE", "option: -l", "--color=auto", "-rf", "-mSSE"],
  ["--output=DATEI", "option: --output"],
  ["Groß- und -kleinschreibung, Ein- -- Ausgabe - so"],
  ["die IP- und -Adressen"],
  ["a well-known one, Lehrer/-in, 3 - 2"],
  // Paths
  ["/etc/fstab", "path: /etc/fstab"],
  ["In /etc/fstab. Or (/usr/share/doc/)", "/etc/fstab", "/usr/share/doc/"],
  ["~/.bashrc, ./configure, ../x/y", "path: ~/.bashrc", "./configure", "../x/y"],
  ["${HOME}/bin and $HOME/lib", "path: ${HOME}/bin", "path: $HOME/lib"],
  ["/var/log/*.log", "/var/log/*.log"],
  ["src/main.ts", "path: src/main.ts"],
  ["/tmp /boot.img on /off /- /Konten", "path: /tmp", "/boot.img"],
  ["and/or, he/she, km/h, 50%/Jahr", "number: 50"],
  ["C:\\path", "path: C:\\path"],
  [
    "C:\\Program\\x.exe or \\\\server\\share, C:\\",
    "C:\\Program\\x.exe",
    "\\\\server\\share",
    "C:\\",
  ],
  // Identifiers
  ["foo_bar.baz", "identifier: foo_bar.baz"],
  ["x86_64, main.c, my-file.txt, example.org.", "x86_64", "main.c", "my-file.txt", "example.org"],
  ["die foo.conf-Datei", "identifier: foo.conf"],
  ["java.util.List, System.Out, print()", "java.util.List", "System.Out", "print()"],
  ["Größe_1", "identifier: Größe_1"],
  ["e.g. z.B. U.S. Ph.D. a.m. Fig.3"],
  ["This is the end.Next one... and so."],
  ["_really_ good"],
  ["0x1F, #ff8800", "identifier: 0x1F", "#ff8800"],
  [
    "123e4567-e89b-12d3-a456-426614174000 00:1a:2b:3c:4d:5e",
    "identifier: 123e4567-e89b-12d3-a456-426614174000",
    "00:1a:2b:3c:4d:5e",
  ],
  // Numbers
  ["12 files, 3 of them", "number: 12"],
  [
    "90 km/h, 12 m², 40 MB/s, 4000 mAh, 60 dB",
    "number: 90 km/h",
    "12 m²",
    "40 MB/s",
    "4000 mAh",
    "60 dB",
  ],
  ["2024-01-05, 10:30, 1,234.5 and 1.2.3.", "2024-01-05", "10:30", "1,234.5", "1.2.3"],
  ["10 MB, 16GB, 2.4 GHz, 5 km, 5m", "10 MB", "16GB", "2.4 GHz", "5 km", "5m"],
  ["At 10 A man, 2nd, 1990s, mp3", "number: 10"],
  // Emoji
  ["It came 😆 on Friday", "emoji: 😆"],
  ["👩‍👩‍👧‍👦🏽! 👋🏽", "emoji: 👩‍👩‍👧‍👦🏽", "emoji: 👋🏽"],
  ["🎉🎉 ✓ ❤️", "🎉🎉", "✓", "❤️"],
  ["🇩🇪🇫🇷 1️⃣", "🇩🇪🇫🇷", "1️⃣"],
  ["© 1 # * ½ …"],
  // Plain text
  [""],
  ["Good morning! How are you? – Fine; and you (there)?"],
  ["Guten Morgen, ich heiße Anna-Lena."],
];

for (const [text, ...expected] of CASES) {
  Deno.test(`findProtectedSpans() in ${JSON.stringify(text)}`, () => {
    const spans = findProtectedSpans(text);
    const shown = spans.map(({ kind, text }, i) =>
      / /.test(expected[i] ?? "") && expected[i]!.startsWith(`${kind}: `)
        ? `${kind}: ${text}`
        : text
    );
    assertEquals(shown, expected);
    for (const span of spans) assertEquals(text.slice(span.start, span.end), span.text);
  });
}

Deno.test("findProtectedSpans() looks for the kinds that are wanted only", () => {
  const text = "%s in /etc/fstab at 10:30 😆";
  const texts = (kinds: Parameters<typeof findProtectedSpans>[1]) =>
    findProtectedSpans(text, kinds).map((span) => span.text);
  assertEquals(texts({}), ["%s", "/etc/fstab", "10:30", "😆"]);
  assertEquals(texts({ kinds: ["placeholder", "emoji"] }), ["%s", "😆"]);
  assertEquals(texts({ kinds: [] }), []);
});

Deno.test("findProtectedSpans() gives spans in order that never overlap, on any mixture", () => {
  const pieces = CASES.flatMap(([text]) => text.split(/(?<=[ ,])/u));
  let state = 7;
  const next = (below: number) => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  for (let i = 0; i < 2000; i++) {
    const text = Array.from({ length: 1 + next(12) }, () => pieces[next(pieces.length)]).join(
      ["", " "][next(2)],
    );
    let end = 0;
    for (const span of findProtectedSpans(text)) {
      assert(span.start >= end && span.end > span.start, text);
      assertEquals(text.slice(span.start, span.end), span.text);
      end = span.end;
    }
  }
});

Deno.test("findProtectedSpans() takes time in proportion to the text", () => {
  // Each would run for minutes if a pattern tried every end for every beginning.
  for (
    const part of ["a-", "a.", "_", "/.", "<a ", "{", "{n, plural, ", "%", "a@", "1.", "`", "$("]
  ) {
    findProtectedSpans(part.repeat(20_000));
  }
});

Deno.test("slotTokens are protected spans themselves", () => {
  for (const token of slotTokens) assertEquals(findProtectedSpans(`a ${token}`)[0]?.text, token);
});
