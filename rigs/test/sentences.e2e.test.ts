import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Programs decide by codes and kinds. Rewording a sentence must not change what a program does. */

const ROOT = join(import.meta.dirname, '..', '..')
const PRODUCTION = ['packages', 'shared', 'cli', 'ci', 'report']

/** Names of variables that contain a sentence of ours. */
const SENTENCE = '(?:message|because|reason|sentence|note|notes|said|told|advice|hint|next|why)'
/** Code that parses a sentence or compares it with another. */
const TAKEN_APART = [
  new RegExp(
    `\\b${SENTENCE}\\)?\\??\\.(?:startsWith|endsWith|includes|match|matchAll|search|indexOf|lastIndexOf|split)\\(`,
  ),
  new RegExp(`\\.(?:test|exec)\\((?:\\w+\\.)*(?:${SENTENCE}|error)\\b`),
  new RegExp(`\\b${SENTENCE} [!=]== ['"\`][^'"\`]* [^'"\`]*['"\`]`),
  // A full sentence or its beginning, copied from elsewhere.
  /\.(?:startsWith|endsWith|includes)\(['"`][^'"`]*[a-z] [a-z][^'"`]*['"`]\)/i,
  /\.(?:startsWith|includes)\(['"`][A-Z]+_[A-Z_]+['"`]\)/,
]

/** Files that read other texts: a service's messages, a command's output, a person's input, a file. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  'cli/impact/git.ts': "git's own output",
  'shared/runtime/artifacts/yaml.ts': "the parser's own message",
  'shared/services/salesforce/assertion.ts': "a key file's own words",
  'shared/services/salesforce/errors.ts': "Salesforce's sentences",
  'shared/services/salesforce/login-advice.ts': "Salesforce's sentences",
  'shared/services/salesforce/refusal.ts': "Salesforce's sentences",
  'shared/services/zendesk/refusal.ts': "Zendesk's sentences",
}

test('no program parses a sentence of ours', () => {
  const files = execFileSync('git', ['ls-files', '-z', '--', ...PRODUCTION], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter(file => /\.ts$/.test(file) && !/\/test\//.test(file))
  expect(files.length).toBeGreaterThan(300)
  const found = files.flatMap(file =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .filter(line => isTakenApart(line) && !Object.hasOwn(OF_OTHERS, file))
      .map(line => `${file}: ${line.trim()}`),
  )
  expect(found).toEqual([])
})

test('every exception is still needed', () => {
  for (const file of Object.keys(OF_OTHERS))
    expect(readFileSync(join(ROOT, file), 'utf8').split('\n').some(isTakenApart), file).toBe(true)
})

test.each([
  "if (error.message.startsWith('The run')) return",
  'const isKnown = because.startsWith(FROM_SALESFORCE)',
  "if (warning.startsWith('UNMAPPED_CHARGES')) continue",
  'const [code] = message.split(": ")',
  'if (/failed since/.test(result.error)) return',
  "notes.filter(note => note.includes('decided otherwise'))",
  "return because === 'no charge sets it'",
  "lines.some(line => line.includes('the last run'))",
])('finds: %s', line => {
  expect(isTakenApart(line)).toBe(true)
})

function isTakenApart(line: string): boolean {
  return TAKEN_APART.some(pattern => pattern.test(line))
}
