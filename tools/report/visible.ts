const INVISIBLE = /[\p{Control}\p{Format}\p{Zl}\p{Zp}]/gu

/** A text of customers' with the marks that nobody sees, but that turn or hide text, shown as what they are. */
export function visible(text: string): string {
  return text.replace(
    INVISIBLE,
    mark => `[U+${mark.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
  )
}
