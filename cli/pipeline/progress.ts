import { findStage, STAGES, type Stage, type StageName } from '@support-sync/shared/pipeline'
import { stateText } from '@support-sync/shared/runs/record'
import { continuesPipeline } from '@support-sync/shared/runtime/errors'
import { durationText } from '@support-sync/shared/runtime/text'
import type { Progress } from '@support-sync/shared/services/http'
import { type LiveStream, liveBlock } from './live-block.ts'
import type { StageOutcome } from './run-stages.ts'

/** Elapsed times and waits change every second. */
const REDRAW_MS = 1000

type Running = { since: number; bins: Map<string, Map<Progress['kind'], Progress>> }

type Watch = { stages?: number; now?: () => number }

/**
 * Shows the progress of a run. On a terminal, a block that updates in place: for each running stage its time, its count,
 * and what it waits for. Elsewhere, a plain line for each stage that ends.
 */
export function progressOn(stream: LiveStream, { stages = STAGES.length, now = Date.now }: Watch = {}) {
  const block = liveBlock(stream)
  const began = now()
  const running = new Map<string, Running>()
  const failed: string[] = []
  let ended = 0

  function redraw(): void {
    if (!block.isLive) return
    block.draw([
      [
        `${ended} of ${stages} ${stages === 1 ? 'stage' : 'stages'} done, ${durationText(now() - began)}`,
        ...failed.map(name => `✗ ${name}`),
      ].join('  '),
      ...[...running].flatMap(([stage, state]) => runningLines(stage, state, now())),
    ])
  }

  const timer = block.isLive ? setInterval(redraw, REDRAW_MS).unref() : undefined

  return {
    onStart({ stage }: Pick<Stage, 'stage'>): void {
      running.set(stage, { since: now(), bins: new Map() })
      redraw()
    },
    onProgress(stage: StageName, bin: string, progress: Progress): void {
      const state = running.get(stage)
      if (!state) return
      // The bins of a stage run one after another.
      if (!state.bins.has(bin) && !findStage(stage)?.independentBins) state.bins.clear()
      const known = state.bins.get(bin) ?? new Map<Progress['kind'], Progress>()
      known.set(progress.kind, progress)
      state.bins.set(bin, known)
    },
    onEnd({ stage, exitCode, milliseconds, record }: StageOutcome): void {
      running.delete(stage.stage)
      ended += 1
      if (exitCode !== null && !continuesPipeline(exitCode)) failed.push(stage.stage)
      if (!block.isLive) {
        const took = exitCode === null ? '' : `, ${durationText(milliseconds)}`
        stream.write(`  ${stage.stage}: ${stateText(record)}${took}\n`)
      }
      redraw()
    },
    /** Clears the changing block. */
    done(): void {
      clearInterval(timer)
      block.clear()
    },
  }
}

/** Bins of a stage that run in parallel have a line each. */
function runningLines(stage: string, { since, bins }: Running, now: number): string[] {
  const head = `  ${stage}  ${durationText(now - since)}`
  const shown = [...bins].map(([bin, known]) => ({ bin, text: binText([...known.values()], now) }))
  const [only, another] = shown
  if (only && !another) return [only.text === '' ? head : `${head}  ${only.text}`]
  return [head, ...shown.map(({ bin, text }) => `    ${bin}${text === '' ? '' : `  ${text}`}`)]
}

/** What a bin waits for comes first, because a narrow screen cuts the end. */
function binText(known: readonly Progress[], now: number): string {
  const texts = { wait: '', count: '', requests: '' }
  for (const progress of known) texts[progress.kind] = progressText(progress, now)
  return [texts.wait, texts.count || texts.requests].filter(text => text !== '').join(', ')
}

const WHY = { 'rate-limit': 'the rate limit', retry: 'a retry' } as const

function progressText(progress: Progress, now: number): string {
  switch (progress.kind) {
    case 'wait': {
      const left = Math.ceil((progress.until - now) / 1000)
      return left > 0 ? `waits ${left} s for ${progress.service} (${WHY[progress.why]})` : ''
    }
    case 'count': {
      const { what, done, of } = progress
      return of === null
        ? `${done.toLocaleString('en')} ${what}`
        : `${done.toLocaleString('en')} of ${Math.max(done, of).toLocaleString('en')} ${what}`
    }
    case 'requests':
      return `${progress.requests.toLocaleString('en')} ${progress.requests === 1 ? 'request' : 'requests'}`
  }
}
