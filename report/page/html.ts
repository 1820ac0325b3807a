import { printable } from '@support-sync/shared/runtime/text'

/** Escaped HTML, created by `html`. */
export type Html = { readonly html: string }

type Part = Html | string | number | null | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A template that escapes its parts unless they are HTML. Null is empty; lists are joined. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: pieces.map((piece, index) => piece + rendered(parts[index] ?? null)).join('') }
}

/** HTML from a trusted source: a chart or the bundled script. */
export function trusted(text: string): Html {
  return { html: text }
}

/** A customer's text, isolated so that its direction does not affect the text around it. */
export function foreign(text: string): Html {
  return html`<bdi>${printable(text)}</bdi>`
}

function rendered(part: Part): string {
  if (part === null) return ''
  if (typeof part === 'string' || typeof part === 'number')
    return String(part).replace(/[&<>"']/g, character => ENTITIES[character] ?? character)
  return 'html' in part ? part.html : part.map(rendered).join('')
}
