import { expect, test } from 'vitest'
import { UpstreamError } from '../../../services/http/index.ts'
import { watchUpstream } from '../upstream.ts'

test('an outage that ends the last round stays one, because what it left is not tried again', () => {
  const upstream = watchUpstream()
  const problem = new UpstreamError({
    ...{ code: 'UPSTREAM_UNAVAILABLE', message: 'Zendesk answered 500', next: 'Wait.' },
    ...{ status: 500, mayHaveActed: true },
  })
  for (let failure = 1; failure <= 3; failure += 1) upstream.failed('updates', problem)
  upstream.beginLastRound()
  upstream.failed('updates', problem)
  expect(upstream.isSetAside('updates')).toBe(true)
  upstream.answered('updates')
  expect(upstream.outage()).toBe(problem)
})
