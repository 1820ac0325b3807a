import type { DownloadWatch } from '@support-sync/shared/runs/gitlab'
import { durationText, sizeText } from '@support-sync/shared/runtime/text'
import { type LiveStream, liveBlock } from '../pipeline/live-block.ts'

const REDRAW_MS = 200

type Total = { archives: number; bytes: number }

/**
 * Shows the progress of a download: a line per finished archive, and on a terminal the progress of the current one and
 * of the whole.
 */
export function fetchProgress(stream: LiveStream, total: Total, now: () => number = Date.now) {
  const block = liveBlock(stream)
  const began = now()
  const done = { archives: 0, bytes: 0 }
  let running: { name: string; size: number | null; received: number } | undefined
  let drawnAt = Number.NEGATIVE_INFINITY

  function redraw(): void {
    drawnAt = now()
    const bytes = done.bytes + (running?.received ?? 0)
    // GitLab's list does not have the size of every archive.
    const all = Math.max(total.bytes, bytes)
    const head = `${done.archives} of ${total.archives} archives, ${sizeText(bytes)} of ${sizeText(all)}, ${durationText(now() - began)}`
    block.draw(running ? [head, `  ${running.name}  ${amount(running)}`] : [head])
  }

  const watch: DownloadWatch = {
    onStart({ name, size }) {
      running = { name, size, received: 0 }
      redraw()
    },
    onBytes(received) {
      if (running) running.received = received
      if (now() - drawnAt >= REDRAW_MS) redraw()
    },
    onChecked({ name, isVerified }) {
      const received = running?.received ?? 0
      done.archives += 1
      done.bytes += received
      running = undefined
      block.clear()
      const what = isVerified ? 'checked' : 'not checked: the stage stopped without a manifest'
      stream.write(`  ${name}  ${sizeText(received)}, ${what}\n`)
      redraw()
    },
  }
  return {
    watch,
    received: () => done,
    /** Clears the live lines. */
    done: block.clear,
  }
}

function amount({ received, size }: { received: number; size: number | null }): string {
  return size === null ? sizeText(received) : `${sizeText(received)} of ${sizeText(Math.max(size, received))}`
}
