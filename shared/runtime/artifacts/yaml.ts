import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { ExpectedError } from '../errors/index.ts'
import { ANY_FILE, readSmallText } from './small-text.ts'

/**
 * Reads a YAML file. Throws a `ExpectedError` as `readSmallText` does, with `next` as what to do, and for what is not YAML,
 * naming the line.
 */
export async function readYaml(path: string, next = ANY_FILE.next): Promise<unknown> {
  return parseYaml(await readSmallText(path, { ...ANY_FILE, next }), path)
}

/**
 * Parses YAML text; `name` is what messages call it. Throws a `ExpectedError` for what is not YAML, for a key that stands
 * twice or is no plain one, and for a text that is small and yet grows without measure (aliases, nesting).
 */
export function parseYaml(text: string, name: string): unknown {
  const lines = new LineCounter()
  try {
    // The parser's own search for keys that stand twice takes a minute for 20,000 keys.
    const document = parseDocument(text, { uniqueKeys: false, lineCounter: lines, logLevel: 'error' })
    const [error] = document.errors
    // Behind the first line the parser quotes the text.
    if (error) throw invalid(name, error.message.split('\n')[0] ?? '')
    refuseOddKeys(document, lines, name)
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (error instanceof ExpectedError) throw error
    // An alias without its anchor, aliases of aliases, and nesting deeper than the stack.
    throw invalid(name, 'an alias leads nowhere or to too much, or lists are nested too deeply')
  }
}

function refuseOddKeys(document: Document, lines: LineCounter, name: string): void {
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>()
      for (const { key } of items) {
        if (!isScalar(key)) throw invalid(name, 'a key is not plain text')
        const text = String(key.value)
        const line = lines.linePos(key.range?.[0] ?? 0).line
        if (seen.has(text)) throw invalid(name, `the key "${text}" stands twice, again at line ${line}`)
        // No object can hold it as a key of its own without care, so it would be passed over.
        if (text === '__proto__') throw invalid(name, `"${text}" at line ${line} is no key`)
        seen.add(text)
      }
    },
  })
}

function invalid(name: string, what: string): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'YAML_INVALID',
    message: `${name} is not valid YAML: ${what}`,
    next: 'Correct it there.',
  })
}
