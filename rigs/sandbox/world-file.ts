import { readFile } from 'node:fs/promises'
import { type FiledWorld, problemsOf, readWorldFile, worldFileOf } from '@support-sync/fixtures/world'
import { Trouble } from '@support-sync/shared/runtime/errors'
import { z } from 'zod'

const START = 'To get a file to start from: npx -y pnpm@12 sandbox --print-world > world.json'
/** More of them help nobody. */
const MOST_SHOWN = 10

/** The world that a file states. Throws `Trouble` naming each place that is wrong. */
export async function worldOf(path: string): Promise<FiledWorld> {
  const content = parsed(path, await textOf(path))
  try {
    return readWorldFile(content)
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const problems = problemsOf(error)
    const more = problems.length > MOST_SHOWN ? [`and ${problems.length - MOST_SHOWN} more`] : []
    const lines = [...problems.slice(0, MOST_SHOWN), ...more].map(line => `\n  ${line}`)
    throw new Trouble(
      'bad-input',
      'WORLD_INVALID',
      `${path} states no world:${lines.join('')}`,
      `Correct the file. ${START}`,
    )
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new Trouble(
      'bad-input',
      'WORLD_UNREADABLE',
      error.message,
      `Name another file with --world. ${START}`,
    )
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new Trouble(
      'bad-input',
      'WORLD_UNREADABLE',
      `${path} is no JSON: ${error.message}`,
      `Correct it there. ${START}`,
    )
  }
}

/** A world file's text: a record a line, so that an editor finds, changes and removes one. */
export function textOfWorld(filed: FiledWorld): string {
  return `${laidOut(worldFileOf(filed), '')}\n`
}

function laidOut(value: unknown, indent: string): string {
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const lines = value.map(item => `${inner}${JSON.stringify(item)}`)
    return lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n${indent}]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const lines = Object.entries(value).map(
    ([key, part]) => `${inner}${JSON.stringify(key)}: ${laidOut(part, inner)}`,
  )
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`
}
