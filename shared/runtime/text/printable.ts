/**
 * Characters that must not reach a terminal, a log or a report unescaped: control characters (C0, C1, so every escape
 * sequence), format characters (direction marks, zero-width ones, tags), line and paragraph separators, lone surrogates.
 * Also characters that look like others, so that different names would look the same: unusual spaces, invisible
 * characters, and look-alike hyphens.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u2010\u2011]|(?! )\p{Zs}/gu
/** A combining mark after a letter. Together they can look like another letter. */
const MARK = /\p{M}/u
const LETTER_AND_MARK = /(\p{L})(\p{M})/gu

/** The length of a value in a message: enough to find the record. */
const MAX_BRIEF = 200
/** The length of a whole message. */
const MAX_SENTENCE = 2_000

/**
 * Writes every unprintable character as `\uXXXX`. Compact JSON stays JSON with the same value, because it has such
 * characters only inside texts.
 */
export function printable(text: string): string {
  // Most of a line is plain ASCII. Checking only the rest takes a third of the time.
  let hasMarks = false
  const shown = text.replace(/[^ -~]+/g, run => {
    hasMarks ||= MARK.test(run)
    return run.replace(UNPRINTABLE, escaped)
  })
  return hasMarks ? shown.replace(LETTER_AND_MARK, withMark) : shown
}

/** Escapes the mark if the pair can be written as one character. */
function withMark(pair: string, letter: string, mark: string): string {
  return pair.normalize('NFC') === pair ? pair : letter + escaped(mark)
}

/** A value as indented JSON for a file that people read. */
export function printableJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).split('\n').map(printable).join('\n')}\n`
}

/** A printable text, cut to a readable length. */
export function brief(text: string): string {
  return cut(printable(text.slice(0, MAX_BRIEF + 1)), MAX_BRIEF)
}

/** The same for a message, whose line breaks become spaces. */
export function sentence(text: string): string {
  const line = text.slice(0, MAX_SENTENCE + 1).replace(/\s*[\r\n]\s*/g, ' ')
  return cut(printable(line.trim()), MAX_SENTENCE)
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map(unit => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}
