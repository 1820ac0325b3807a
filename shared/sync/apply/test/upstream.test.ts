import { expect, test } from 'vitest'
import { UpstreamError } from '../../../services/http/index.ts'
import { watchUpstream } from '../upstream.ts'

test('an outage that ends the last round stays one, because what it left is not tried again', () => {
  const upstream = watchUpstream()
  const problem = new UpstreamError({
    ...{ code: 'UPSTREAM_UNAVAILABLE', message: 'Zendesk answered 500', next: 'Wait.' },
    ...{ status: 500, mayHaveActed: true },
  })
  const failThreeTimes = () => {
    for (const inARow of [1, 2, 3]) upstream.failed('updates', problem, inARow)
  }
  failThreeTimes()
  upstream.beginLastRound()
  failThreeTimes()
  expect(upstream.isSetAside('updates')).toBe(true)
  upstream.answered()
  expect(upstream.outage()).toBe(problem)
})
