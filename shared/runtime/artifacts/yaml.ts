import type { Document, LineCounter } from 'yaml'
import { badInput, ExpectedError } from '../errors/index.ts'
import { ANY_FILE, readSmallText } from './small-text.ts'

/**
 * Reads a YAML file. Throws an `ExpectedError` like `readSmallText`, with `next` as the hint, and for invalid YAML, with
 * the line.
 */
export async function readYaml(path: string, next = ANY_FILE.next): Promise<unknown> {
  return parseYaml(await readSmallText(path, { ...ANY_FILE, next }), path)
}

/**
 * Parses YAML text. `name` is its name in messages. Throws an `ExpectedError` for invalid YAML, for a duplicate or complex
 * key, and for a small text that expands without limit (aliases, nesting).
 */
export async function parseYaml(text: string, name: string): Promise<unknown> {
  // Most bins read no YAML, and the parser has many modules.
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  try {
    // The parser's own search for duplicate keys takes a minute for 20,000 keys.
    const document = yaml.parseDocument(text, { uniqueKeys: false, lineCounter: lines, logLevel: 'error' })
    const [error] = document.errors
    // After the first line the parser quotes the text.
    if (error) throw invalid(name, (error.message.split('\n')[0] ?? '').replace(/:$/, ''))
    refuseOddKeys(document, lines, name, yaml)
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (error instanceof ExpectedError) throw error
    // An alias without its anchor, aliases of aliases, or nesting deeper than the stack.
    throw invalid(name, 'an alias has no anchor or expands too far, or lists are nested too deeply')
  }
}

function refuseOddKeys(
  document: Document,
  lines: LineCounter,
  name: string,
  { isScalar, visit }: typeof import('yaml'),
): void {
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>()
      for (const { key } of items) {
        if (!isScalar(key)) throw invalid(name, 'a key is not plain text')
        const text = String(key.value)
        const line = lines.linePos(key.range?.[0] ?? 0).line
        if (seen.has(text)) throw invalid(name, `duplicate key "${text}" at line ${line}`)
        // An ordinary object cannot have this key, so it would be silently ignored.
        if (text === '__proto__') throw invalid(name, `"${text}" at line ${line} is not allowed as a key`)
        seen.add(text)
      }
    },
  })
}

function invalid(name: string, what: string): ExpectedError {
  return badInput('YAML_INVALID', {
    message: `${name} is not valid YAML: ${what}`,
    next: 'Correct the file.',
  })
}
