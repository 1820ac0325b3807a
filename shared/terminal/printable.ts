// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** Text from elsewhere as it may be printed: nothing that moves a cursor, colours, hides, or turns the direction. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A value as it is shown: as JSON, so that "1", 1 and nothing are told apart. */
export function shown(value: string | number | boolean | null): string {
  return printable(JSON.stringify(value))
}
