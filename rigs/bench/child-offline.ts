/**
 * A program: `node child-offline.ts BIN ROUNDS FLOOR_FILE INPUTS OUTPUTS KEY -- ARGUMENTS`. Runs the floor, a join by
 * KEY and a bin in turn in this process. Prints the wall and CPU time of each as JSON.
 */
import { startBin } from '@support-sync/shared/runtime/bin'
import { type Output, outputOf, runFloor, runJoin } from './floor.ts'

type Times = { wallMs: number; cpuMs: number }

async function timed(work: () => unknown): Promise<Times> {
  const [startedAt, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000 }
}

const [bin = '', rounds = '1', floorFile = '', inputs = '', outputs = '', key = ''] = process.argv.slice(2)
const args = process.argv.slice(process.argv.indexOf('--') + 1)
const printed: Output[] = []
for (const output of outputs.split(',')) printed.push(outputOf(output))

const write = process.stdout.write
process.stdout.write = () => true
/** Runs the bin. Only its first run loads its modules. */
const run = (own: readonly string[]) => startBin(bin, { args: own, environment: process.env })
await run(['--version'])
const times: { floor: Times; join: Times; bin: Times }[] = []
for (let round = 0; round < Number(rounds); round += 1) {
  const floor = await timed(() => runFloor(inputs.split(','), printed, floorFile))
  const join = await timed(() => runJoin(inputs.split(','), printed, floorFile, key))
  const ran = await timed(() => run(args))
  times.push({ floor, join, bin: ran })
}
process.stdout.write = write
console.log(JSON.stringify(times))
