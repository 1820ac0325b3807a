import { type HttpContext, isCancelled, UpstreamError } from '../http/index.ts'
import { type Refusal, refusalOrThrow } from './refusal.ts'
import { stopped } from './stopped.ts'

/**
 * The outcome of a create. `exists`: the answer was lost, and a record with that name or address exists afterwards.
 * Probably this create made it, but it may be an older record: check it.
 */
export type CreateResult<Existing, Record = never> =
  /** `record`: as Zendesk sent it, if the answer was complete. */
  | { outcome: 'created'; id: number; record?: Record | undefined }
  | { outcome: 'exists'; existing: Existing }
  | ({ outcome: 'refused' } & Refusal)

/**
 * Zendesk may still be working on a create whose answer was lost. Sending the same name at that moment would create a
 * second record, so wait this long before you look for it.
 */
export const SETTLE_MS = 5_000

/**
 * Creates a record once. Zendesk has no idempotency key for organizations and users, and two equal requests in flight
 * can both succeed. After a failure that may have had an effect, `find` looks for the record, and the create is sent
 * again only if there is none. If the run stops before the outcome is known, the result is refused with RESULT_UNKNOWN.
 * Throws `UpstreamError` if Zendesk stays unavailable, `RefusedError` for refused credentials.
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
      // A cancelled run cuts the pause short: `find` may have looked too early to send the create again.
      if (context.stop.cancelled.aborted) return { outcome: 'refused', ...stopped({ mayHaveActed: true }) }
      if (lost >= context.limits.attempts) throw error
      context.usage.retries++
      context.logger.warn(
        { attempt: lost, code: error.code },
        'sending a create again, because it had no effect',
      )
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

/** Looks once more if the name is taken after a lost answer: the lost attempt may have finished after `find` looked. */
async function refusedOrOurs<Existing>(
  refusal: Refusal,
  find: () => Promise<Existing | undefined>,
): Promise<CreateResult<Existing, never>> {
  const existing = refusal.code === 'DuplicateValue' ? await findUnlessStopped(find) : undefined
  return existing === undefined ? { outcome: 'refused', ...refusal } : { outcome: 'exists', existing }
}

async function nothing(): Promise<undefined> {}
