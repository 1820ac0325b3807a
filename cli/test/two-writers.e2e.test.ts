import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { CASES, type Case } from '../../rigs/interruptions/cases.ts'
import { references } from '../../rigs/interruptions/interrupt.ts'
import { differences, outcomeOf } from '../../rigs/interruptions/outcome.ts'
import { putArtifacts, type Scene, startSync, withScene } from '../../rigs/interruptions/run-case.ts'

const USGOV = caseOf('sync-usgov')

function caseOf(stage: Case['stage']): Case {
  const found = CASES.find(each => each.stage === stage)
  if (!found) throw new Error(`no case of ${stage}`)
  return found
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'second-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

/** A sync that waits forever for the answer to its first create. */
async function busySync(scene: Scene) {
  const { controls } = scene.sandbox.usgov
  controls.fail({ method: 'POST', path: /\/api\//, times: 1, effect: { kind: 'hang' } })
  const sync = startSync(USGOV, scene)
  await vi.waitFor(() => expect(controls.writes).toHaveLength(1), { timeout: 25_000, interval: 5 })
  return sync
}

test.each(['another', 'the same'])(
  'a second writer to an instance is refused with 75 and a hint before it sends or removes anything: %s data directory',
  async which => {
    await withScene(USGOV, async scene => {
      const first = await busySync(scene)
      const dataDir = which === 'another' ? await folder() : scene.dataDir
      if (which === 'another') await putArtifacts(USGOV.artifacts, dataDir)
      // The journal and the half-written results.
      const firstHas = () => readdirSync(scene.dataDir).filter(name => name.includes('sync_results'))
      const before = firstHas()
      expect(before).toHaveLength(2)
      const { requests } = scene.sandbox.usgov.controls
      const asked = requests.length

      const second = startSync(USGOV, { ...scene, dataDir })
      expect(await second.ended).toBe(75)
      expect(second.log()).toContain('"code":"ANOTHER_RUN"')
      expect(second.log()).toContain(`(process ${first.child.pid}, since `)
      expect(second.log()).toContain('start again from the gather')
      expect(requests).toHaveLength(asked)
      expect(firstHas()).toEqual(before)

      // The first one crashes, which releases its lock.
      first.child.kill('SIGKILL')
      await first.ended
      expect(await startSync(USGOV, { ...scene, dataDir }).ended).toBe(4)
    })
  },
  120_000,
)

test('two writers without a lock create no duplicate organization or user, and mark none incorrectly', async () => {
  const all = await references([caseOf('sync-global'), caseOf('usgov-user-sync')])
  const problems = await Promise.all(
    all.map(reference =>
      withScene(
        reference.case,
        async scene => {
          const other = { ...scene, dataDir: await folder() }
          await putArtifacts(reference.case.artifacts, other.dataDir)
          const writers = [
            { scene, run: startSync(reference.case, scene, { TMPDIR: await folder() }) },
            { scene: other, run: startSync(reference.case, other, { TMPDIR: await folder() }) },
          ]
          await Promise.all(writers.map(({ run }) => run.ended))
          const found = writers.map(async writer => {
            const outcome = await outcomeOf(reference.case, writer.scene, await writer.run.ended)
            return differences(outcome, reference.outcome).map(problem => `${problem}\n${writer.run.log()}`)
          })
          return (await Promise.all(found)).flat()
        },
        // Creates take no time here, because only Zendesk's check of names prevents duplicates, and two slow creates of
        // one name would both pass it.
        { createMs: 0 },
      ),
    ),
  )
  expect(problems.flat()).toEqual([])
}, 120_000)
