import { text } from 'node:stream/consumers'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { z } from 'zod'

/**
 * `pnpm run licences`: checks the licence of every dependency against a list. It reads the output of
 * `pnpm licenses list --recursive --json`.
 */

const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 AND MIT',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT OR Apache-2.0',
  '(MIT OR CC0-1.0)',
  'Python-2.0',
  'Unlicense',
])
/** Packages that are allowed under a stricter licence, and why. */
const ALLOWED_PACKAGES: Readonly<Record<string, RegExp>> = {
  // It requires you to publish changes to its files. We change none, and only the test runner uses it.
  'MPL-2.0': /^lightningcss/,
}

const listed = z
  .record(z.string(), z.array(z.object({ name: z.string() })))
  .parse(JSON.parse(await text(process.stdin)))

const refused = Object.entries(listed).flatMap(([licence, packages]) =>
  ALLOWED.has(licence)
    ? []
    : packages
        .filter(({ name }) => !ALLOWED_PACKAGES[licence]?.test(name))
        .map(({ name }) => `${name}: ${licence}`),
)
const count = Object.values(listed).flat().length
if (refused.length > 0 || count === 0) {
  console.error(
    `Licences that rigs/licences.ts does not allow:\n${refused.join('\n') || 'the list has no packages'}`,
  )
  process.exitCode = EXIT.badInput
} else {
  console.log(`The licences of ${count} packages are allowed: ${Object.keys(listed).sort().join(', ')}`)
}
