/** Hostile texts that people can enter in a text field of Salesforce or Zendesk. */
export const HOSTILE_TEXTS = [
  'clears \u001b[2J\u001b[H the screen',
  'names \u001b]0;owned\u0007 the window',
  'a C1 \u009b31m sequence',
  'rings \u0007 and goes \b\b\b back',
  'a line\nof its own\r\nor over\rthis one',
  'right to left \u202egnp.exe\u202c and \u2066isolated\u2069 \u200f \u061c',
  'zero \u200b width \u200d and \ufeff marks',
  'separated \u2028 by \u2029 lines',
  'nul \u0000 and delete \u007f',
  'tags \u{e0041}\u{e007f}',
  'half a pair \ud83e and \udd9d the other',
  'a'.repeat(10_000),
  '<script>alert(1)</script>&amp;"\'',
  "' OR Name != '' --",
  "001') OR (Name LIKE '%",
  '<!channel> <@U123> <https://evil.example|Acme>',
  '::error::annotated%0A]]>',
  '__proto__',
  'constructor',
]

/** Characters that must not appear unescaped in any output for people. A line feed ends a line. */
export const UNPRINTABLE = new RegExp(
  [
    '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]',
    '\\udb40',
    '[\\ud800-\\udbff](?![\\udc00-\\udfff])',
    '(?<![\\ud800-\\udbff])[\\udc00-\\udfff]',
  ].join('|'),
)
