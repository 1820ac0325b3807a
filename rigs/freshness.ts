import { text } from 'node:stream/consumers'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { z } from 'zod'

/**
 * `pnpm run freshness`: tells which of our own dependencies are behind, as `pnpm outdated --recursive --format json`
 * lists them. One that its authors have given up, or that is two major versions behind, fails; the rest is a reader's
 * to judge.
 */

/** Dependencies that stay behind on purpose, and why. */
const HELD: Readonly<Record<string, string>> = {
  node: 'the version under long-term support',
  '@types/node': "the pinned Node's",
}
const MAX_MAJORS_BEHIND = 1

const outdated = z.record(
  z.string(),
  z.object({ current: z.string().optional(), latest: z.string(), isDeprecated: z.boolean() }),
)

const listed = outdated.safeParse(parsed(await text(process.stdin)))
if (!listed.success) console.log('Freshness: not known, for the registry could not be asked.')
else {
  const behind = Object.entries(listed.data).filter(([name]) => HELD[name] === undefined)
  const failing = behind.filter(([, { isDeprecated, ...versions }]) => isDeprecated || isFarBehind(versions))
  for (const [name, { current, latest, isDeprecated }] of behind)
    console.log(
      `${name} ${current ?? '(not installed)'} → ${latest}${isDeprecated ? ', given up by its authors' : ''}`,
    )
  console.log(
    `Freshness: ${behind.length || 'none'} of our own dependencies behind, ${failing.length || 'none'} too far.`,
  )
  if (failing.length > 0) {
    console.error(
      `Take newer versions (npx -y pnpm@12 update --recursive --latest NAME), or say in rigs/freshness.ts why not: ${failing.map(([name]) => name).join(', ')}`,
    )
    process.exitCode = EXIT.badInput
  }
}

function parsed(output: string): unknown {
  try {
    return JSON.parse(output)
  } catch {
    return undefined
  }
}

function isFarBehind({ current = '0', latest }: { current?: string | undefined; latest: string }): boolean {
  return major(latest) - major(current) > MAX_MAJORS_BEHIND
}

function major(version: string): number {
  return Number.parseInt(version, 10)
}
