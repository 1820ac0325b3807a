/** Imported into a measured program: at exit, writes its resource usage to the file BENCH_USAGE. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Has Linux's figure for this program's peak. `resourceUsage` is never below the bench's own memory, which a child inherits. */
const STATUS = '/proc/self/status'

function peakKb(): number {
  const status = existsSync(STATUS) ? readFileSync(STATUS, 'utf8') : ''
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS)
}

process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage()
  const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: peakKb() / 1024 }
  if (process.env.BENCH_USAGE) writeFileSync(process.env.BENCH_USAGE, JSON.stringify(usage))
})
