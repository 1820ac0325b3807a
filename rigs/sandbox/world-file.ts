import { readFile } from 'node:fs/promises'
import { type FiledWorld, problemsOf, readWorldFile, worldFileOf } from '@support-sync/fixtures/world'
import { badInput } from '@support-sync/shared/runtime/errors'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import { z } from 'zod'

const START = `To get a valid file to start from: ${PROGRAM} sandbox --print-world > world.json`
/** A longer list of problems does not help. */
const MAX_SHOWN = 10

/** Reads a world file. Throws `ExpectedError` with the wrong places, ten at most. */
export async function worldOf(path: string): Promise<FiledWorld> {
  const content = parsed(path, await textOf(path))
  try {
    return readWorldFile(content)
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const problems = problemsOf(error)
    const more = problems.length > MAX_SHOWN ? [`and ${problems.length - MAX_SHOWN} more`] : []
    const lines = [...problems.slice(0, MAX_SHOWN), ...more].map(line => `\n  ${line}`)
    throw badInput('WORLD_INVALID', {
      message: `${path} is not a valid world file:${lines.join('')}`,
      next: `Correct the file. ${START}`,
    })
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw badInput('WORLD_UNREADABLE', {
      message: error.message,
      next: `Choose another file with --world. ${START}`,
    })
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw badInput('WORLD_UNREADABLE', {
      message: `${path} is not valid JSON: ${error.message}`,
      next: `Correct the file. ${START}`,
    })
  }
}

/** A world file's text: one record per line, easy to find, change and remove in an editor. */
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
