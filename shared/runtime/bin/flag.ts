/**
 * Reads a flag of the command line. yargs takes `--dry-run=yes` for false, and the run would be real: whatever is
 * not clearly yes or no is refused here.
 */
export function flag(value: unknown): boolean {
  if (value === true || value === 'true' || value === '') return true
  if (value === false || value === 'false') return false
  throw new Error(`a flag takes no value but true or false, found "${value}"`)
}
