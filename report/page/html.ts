import { printable } from '@support-sync/shared/runtime/text'

/** HTML as it may stand in a page: what was put together by `html`, and so escaped. */
export type Html = { readonly html: string }

type Part = Html | string | number | null | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A template whose parts are escaped, unless they are HTML themselves; null is nothing, lists are joined. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: pieces.map((piece, index) => piece + rendered(parts[index] ?? null)).join('') }
}

/** HTML from a place that is trusted: a picture that was drawn, a script that was bundled. */
export function trusted(text: string): Html {
  return { html: text }
}

/** A text of customers': by itself, so that its direction does not turn what stands beside it. */
export function foreign(text: string): Html {
  return html`<bdi>${printable(text)}</bdi>`
}

function rendered(part: Part): string {
  if (part === null) return ''
  if (typeof part === 'string' || typeof part === 'number')
    return String(part).replace(/[&<>"']/g, character => ENTITIES[character] ?? character)
  return 'html' in part ? part.html : part.map(rendered).join('')
}
