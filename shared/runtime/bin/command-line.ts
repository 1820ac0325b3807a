import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import yargs from 'yargs'
import { z } from 'zod'
import type { Bin } from '../../pipeline/index.ts'
import type { Environment, Settings } from '../settings/index.ts'
import { helpWidth, nearestWord } from '../terminal/index.ts'
import { PROGRAM } from '../text/index.ts'
import { COMMON_OPTIONS, flag, helpOn, type OptionName, optionsByKind, typedName, usage } from './options.ts'

export type BinDescription = {
  /** What it does, in one or two sentences. */
  purpose: string
  /** Its own options, in addition to those of every bin, every sync and every gather in parts. */
  options?: readonly OptionName[]
  /** The variables that it needs. */
  settings: Readonly<Record<string, Settings<unknown>>>
}

type CommandLine =
  | { kind: 'print'; text: string }
  | { kind: 'run'; given: unknown; dataDir: string | undefined; isDryRun: boolean }

const EXIT_CODES = `Exit codes:
  0 done · 1 a bug · 2 usage, configuration or bad input · 3 a guard stopped it
  4 done, but some records failed · 75 upstream unavailable after retries`

/**
 * Parses a bin's command line. Returns the text to print for --help and --version, or the raw options. Throws an
 * `ExpectedError` for an unknown option.
 */
export async function parseCommandLine(
  args: readonly string[],
  bin: Bin,
  description: BinDescription,
  version: () => string,
): Promise<CommandLine> {
  const names: OptionName[] = [...COMMON_OPTIONS, ...(description.options ?? []), ...optionsByKind(bin)]
  let print: string | undefined
  let problem: string | undefined
  const parser = yargs()
    .scriptName(`run-stage ${bin.stage} ${bin.bin}`)
    .usage(usageText(bin, description))
    .options(Object.fromEntries(names.map(name => [typedName(name), yargsOption(name)])))
    .epilogue(epilogue(bin, description))
    .wrap(helpWidth(process.stdout))
    .help('help', 'show this help')
    .version('version', 'show the version', args.includes('--version') ? version() : '')
    .strict()
    .parserConfiguration({ 'duplicate-arguments-array': false, 'camel-case-expansion': false })
    .exitProcess(false)
    .fail((message, error) => {
      problem = message ?? error?.message
    })
  const given = await parser.parseAsync([...args], {}, (_error, _given, output) => {
    if (output !== '') print = output
  })
  if (problem !== undefined) throw usage(`${problem}${nearOptions(args, names.map(typedName))}`)
  if (given._.length > 0) throw usage(`unexpected argument "${given._.join(' ')}"`)
  if (print !== undefined) return { kind: 'print', text: print }
  const options: Record<string, unknown> = Object.fromEntries(
    names.map(name => [name, given[typedName(name)]]),
  )
  const { dataDir, dryRun } = options
  return {
    kind: 'run',
    given: options,
    dataDir: typeof dataDir === 'string' && dataDir !== '' ? dataDir : undefined,
    isDryRun: dryRun === true,
  }
}

/** Suggestions for unknown options. Empty if none is similar. */
export function nearOptions(args: readonly string[], names: readonly string[]): string {
  const known = [...names, 'help', 'version']
  const given = args.flatMap(arg => /^--([^=]+)/.exec(arg)?.[1] ?? [])
  const meant = given
    .filter(name => !known.includes(name))
    .flatMap(name => {
      const nearest = nearestWord(name, known)
      return nearest === undefined ? [] : [`--${nearest}`]
    })
  return meant.length > 0 ? `: did you mean ${meant.join(' and ')}?` : ''
}

function usageText(bin: Bin, { purpose }: BinDescription): string {
  const lines = [
    `${PROGRAM} run-stage ${bin.stage} ${bin.bin} [options]`,
    '',
    purpose,
    '',
    ...(bin.reads.length > 0 ? [`Reads:  ${namesOf(bin.reads)}`] : []),
    `Writes: ${namesOf(bin.writes)}`,
  ]
  return lines.join('\n')
}

function epilogue(bin: Bin, { settings, options = [] }: BinDescription): string {
  const variables = Object.values(settings).flatMap(group => Object.entries(group.variables))
  const width = Math.max(0, ...variables.map(([name]) => name.length))
  const listed = variables.map(([name, what]) => `  ${name.padEnd(width)}  ${what}`)
  const dataDir = `/tmp/try/${bin.stage}`
  const more = [
    ...(options.includes('overrides') ? [`--overrides ${dataDir}/overrides.yml`] : []),
    bin.syncs ? '--dry-run' : '--today 2026-01-15',
  ]
  const example = `${PROGRAM} run-stage ${bin.stage} ${bin.bin} --data-dir ${dataDir} ${more.join(' ')}`
  return [
    ...(listed.length > 0
      ? ['Environment variables:', ...listed, '']
      : ['It needs no environment variables.', '']),
    EXIT_CODES,
    '',
    `Example:\n  ${example}`,
  ].join('\n')
}

function namesOf(artifacts: Bin['reads']): string {
  return artifacts.map(({ name }) => name).join(', ')
}

function yargsOption(name: OptionName) {
  const { describe, isFlag, mayBeBare, shownDefault } = helpOn(name)
  const shown = shownDefault === undefined ? { describe } : { describe, defaultDescription: shownDefault }
  return isFlag ? { ...shown, coerce: flag } : { ...shown, type: 'string' as const, requiresArg: !mayBeBare }
}

/** The characters of a commit that --version shows. */
const COMMIT_LENGTH = 9

/** The output of --version: a package's version and commit, such as `0.1.0 (1a2b3c4d5)`. */
export function versionText(packageDir: string, { CI_COMMIT_SHA }: Environment): string {
  const commit = CI_COMMIT_SHA ? CI_COMMIT_SHA.slice(0, COMMIT_LENGTH) : commitOf(packageDir)
  return `${versionOf(packageDir)}${commit === undefined ? '' : ` (${commit})`}`
}

function versionOf(packageDir: string): string {
  const path = join(packageDir, 'package.json')
  if (!existsSync(path)) return 'unknown'
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).version
}

/** The commit. Undefined without git or a repository, as in an unpacked archive. */
function commitOf(dir: string): string | undefined {
  try {
    const args = ['-C', dir, 'rev-parse', `--short=${COMMIT_LENGTH}`, 'HEAD']
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
