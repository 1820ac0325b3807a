/**
 * What gitlab-ci-local says of each job that ended: its exit code by its name. A job's own output stands behind
 * `NAME > ` or `NAME $ `, so that no job can say this of itself.
 */
export function jobEnds(output: string): Map<string, number> {
  const ends = new Map<string, number>()
  for (const line of output.split('\n')) {
    const [, name, code] =
      /^(\S+) +finished in [\d.]+ (?:ns|μs|ms|s|min|h)(?: {2}(?:WARN|FAIL) (\d+) )?$/.exec(line) ?? []
    if (name !== undefined) ends.set(name, Number(code ?? 0))
  }
  return ends
}
