import stringWidth from 'string-width'
import { PROGRAM } from '../text/index.ts'

/** What people copy: a command up to the end of its sentence, text in backticks, a path or an address. */
const COPIED = new RegExp(`(\`[^\`]+\`|${escaped(PROGRAM)} .*?(?=[.;] |[.;]$|$)|\\S*/\\S+)`)

/**
 * A text after a label, wrapped at the screen's width. What people copy is never wrapped: if it does not fit, it gets its
 * own line, from the first column on.
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

/** The words of a text, with each part that people copy as one unit. */
function unitsOf(text: string): string[] {
  return text.split(COPIED).flatMap((part, place) => {
    const isCopied = place % 2 === 1
    return isCopied ? [part] : part.split(' ').filter(word => word !== '')
  })
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
