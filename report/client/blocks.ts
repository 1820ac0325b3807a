import { DETAILS_BLOCK, type Detail, INDEX_BLOCK, type Index } from '../data-format.ts'

/** The page's data, which was validated when the page was created. */
export function readIndex(): Index {
  return JSON.parse(textOf(INDEX_BLOCK))
}

/** Reads the details of a record on demand. */
export function detailReader(): (place: number) => Detail {
  let lines: string[] | undefined
  return place => {
    lines ??= textOf(DETAILS_BLOCK).split('\n')
    return JSON.parse(lines[place] ?? '{}')
  }
}

function textOf(id: string): string {
  return document.getElementById(id)?.textContent ?? ''
}
