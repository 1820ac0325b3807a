import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import {
  dataDirectory,
  gatheredOrganization,
  objectOf,
  spawnBin,
} from '@support-sync/shared/runtime/bin/test'
import { expect, test } from 'vitest'

test.each(['zendesk_usgov.json', 'usgov_accounts.json'])(
  '%s as a link that leads to itself is a missing artifact',
  async name => {
    const files: Record<string, unknown[]> = {
      'doubts.json': [],
      'zendesk_usgov.json': [gatheredOrganization('usgov', 1)],
      'usgov_accounts.json': [objectOf('usgov', { name: 'A', salesforce_id: '001000000000001AAA' })],
    }
    delete files[name]
    const data = dataDirectory(files)
    symlinkSync(name, join(data.path, name))
    const { exitCode, failure } = await spawnBin('compare-usgov', 'compare', ['--data-dir', data.path])
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'ARTIFACT_MISSING' })
    expect(failure.message).toBe(`${name} is missing`)
  },
)
