/**
 * The exit code of each finished job by name, from gitlab-ci-local's output. A job's own output follows `NAME > ` or
 * `NAME $ `, so a job cannot fake this.
 */
export function jobEnds(output: string): Map<string, number> {
  const ends = new Map<string, number>()
  for (const line of output.split('\n')) {
    const [, name, code] =
      /^(\S+(?:: \[\d+\/\d+\])?) +finished in [\d.]+ (?:ns|μs|ms|s|min|h)(?: {2}(?:WARN|FAIL) (\d+) )?$/.exec(
        line,
      ) ?? []
    if (name !== undefined) ends.set(name, Number(code ?? 0))
  }
  return ends
}
