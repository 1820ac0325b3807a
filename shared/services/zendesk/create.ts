import { type HttpContext, isCancelled, UpstreamError } from '../http/index.ts'
import { type Refusal, refusalOrThrow } from './refusal.ts'
import { stopped } from './stopped.ts'

/**
 * What became of a create. `exists`: its answer was lost on the way, and a record of that name or address was
 * there afterwards. That is most likely ours, but it may be another's that was there before: look at it.
 */
export type CreateResult<Existing, Record = never> =
  /** `record`: as Zendesk answered it, where it did so in full. */
  | { outcome: 'created'; id: number; record?: Record | undefined }
  | { outcome: 'exists'; existing: Existing }
  | ({ outcome: 'refused' } & Refusal)

/**
 * Zendesk may still be at work on a create whose answer was lost. The same name sent again in that moment would make
 * a second record: look for its effect only after a while.
 */
export const SETTLE_MS = 5_000

/**
 * Creates a record once. Zendesk has no idempotency key for organizations and users, and two equal requests
 * in flight can both succeed. So after a failure that may have had its effect, `find` looks for the record,
 * and only if there is none it is sent again. When the run is stopped, what is not known is told as refused with
 * RESULT_UNKNOWN.
 * Throws `UpstreamError` when Zendesk stays unavailable, `RefusedError` for refused credentials.
 */
export async function createOnce<Existing, Record>(
  post: () => Promise<{ id: number; record: Record | undefined }>,
  find: () => Promise<Existing | undefined>,
  context: HttpContext,
  refusalOf: (error: unknown) => Refusal = refusalOrThrow,
): Promise<CreateResult<Existing, Record>> {
  for (let lost = 0; ; ) {
    try {
      return { outcome: 'created', ...(await post()) }
    } catch (error) {
      if (isCancelled(error)) {
        return { outcome: 'refused', ...stopped({ mayHaveActed: error.mayHaveActed || lost > 0 }) }
      }
      if (!isAmbiguous(error)) return refusedOrOurs(refusalOf(error), lost > 0 ? find : nothing)
      lost++
      await context.sleep(SETTLE_MS * context.limits.delayFactor)
      const existing = await findUnlessStopped(find)
      if (existing !== undefined) return { outcome: 'exists', existing }
      // Stopped in the pause, the look came too early to send again what was not there.
      if (context.stop.cancelled.aborted) return { outcome: 'refused', ...stopped({ mayHaveActed: true }) }
      if (lost >= context.limits.attempts) throw error
      context.usage.retries++
      context.logger.warn({ attempt: lost, code: error.code }, 'Sending a create again that had no effect')
    }
  }
}

async function findUnlessStopped<Existing>(
  find: () => Promise<Existing | undefined>,
): Promise<Existing | undefined> {
  try {
    return await find()
  } catch (error) {
    if (!isCancelled(error)) throw error
    return undefined
  }
}

function isAmbiguous(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && error.mayHaveActed
}

/** Taken, after an answer was lost: the lost attempt may have been slower than our look. */
async function refusedOrOurs<Existing>(
  refusal: Refusal,
  find: () => Promise<Existing | undefined>,
): Promise<CreateResult<Existing, never>> {
  const existing = refusal.code === 'DuplicateValue' ? await findUnlessStopped(find) : undefined
  return existing === undefined ? { outcome: 'refused', ...refusal } : { outcome: 'exists', existing }
}

async function nothing(): Promise<undefined> {}
