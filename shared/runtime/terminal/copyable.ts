import stringWidth from 'string-width'
import { PROGRAM } from '../text/index.ts'

/** What a person copies: a command up to its sentence's end, what is in backticks, a path or an address. */
const COPIED = new RegExp(`(\`[^\`]+\`|${escaped(PROGRAM)} .*?(?=[.;] |[.;]$|$)|\\S*/\\S+)`)

/**
 * A text below a label, broken at a screen's width. What a person copies is never broken: where it does not fit it goes on
 * a line of its own, from the first column on.
 */
export function copyableLines(label: string, text: string, width: number | undefined): string[] {
  const start = label === '' ? '' : `${label}  `
  if (width === undefined) return [`${start}${text}`]
  const indent = ' '.repeat(stringWidth(start))
  const lines: string[] = []
  let line = start
  let isEmpty = true
  const end = () => {
    if (!isEmpty || line.trim() !== '') lines.push(line.trimEnd())
    line = indent
    isEmpty = true
  }
  for (const unit of unitsOf(text)) {
    const between = isEmpty ? '' : ' '
    if (stringWidth(line + between + unit) <= width) {
      line += between + unit
      isEmpty = false
      continue
    }
    end()
    if (stringWidth(indent + unit) <= width) {
      line = indent + unit
      isEmpty = false
    } else lines.push(unit)
  }
  end()
  return lines
}

/** Words, and what is copied as one. */
function unitsOf(text: string): string[] {
  return text.split(COPIED).flatMap((part, place) => {
    const isCopied = place % 2 === 1
    return isCopied ? [part] : part.split(' ').filter(word => word !== '')
  })
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
