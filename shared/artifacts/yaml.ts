import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { Trouble } from '../errors/index.ts'

/** Reads a YAML file. Throws a `Trouble` when it is missing or not YAML, naming the line. */
export async function readYaml(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) {
    throw new Trouble('bad-input', 'FILE_MISSING', `${path} is missing or cannot be read`, 'Check the path.')
  }
  return parseYaml(text, path)
}

/** Parses YAML text; `name` is what messages call it. */
export function parseYaml(text: string, name: string): unknown {
  const document = parseDocument(text)
  const [error] = document.errors
  if (error) {
    throw new Trouble(
      'bad-input',
      'YAML_INVALID',
      `${name} is not valid YAML: ${error.message}`,
      'Correct it there.',
    )
  }
  return document.toJS({ maxAliasCount: 100 })
}
