import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseAddress, placeOf } from '../fetch-run/place.ts'

/** The project and the server that `fetch-run` uses. */

test.each([
  ['git@gitlab.example.com:support/sync.git', 'https://gitlab.example.com', 'support/sync'],
  ['gitlab.example.com:support/tools/sync', 'https://gitlab.example.com', 'support/tools/sync'],
  ['ssh://git@gitlab.example.com:2222/support/sync.git', 'https://gitlab.example.com', 'support/sync'],
  ['https://gitlab.example.com/support/sync.git', 'https://gitlab.example.com', 'support/sync'],
  [
    'https://me:secret@gitlab.example.com:8443/support/sync/',
    'https://gitlab.example.com:8443',
    'support/sync',
  ],
  ['http://127.0.0.1:4000/support/sync', 'http://127.0.0.1:4000', 'support/sync'],
])('the address %s', (text, server, project) => {
  expect(parseAddress(text)).toEqual({ server, project })
})

test.each(['support/sync', '7', '/srv/git/sync.git', 'file:///srv/git/sync.git', ''])(
  'not an address: %j',
  text => {
    expect(parseAddress(text)).toBeUndefined()
  },
)

/** The place for these settings, outside a clone: there is no remote origin. */
async function place(named: string | undefined, environment: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'place-'))
  try {
    return await placeOf(
      named,
      { PATH: process.env.PATH, GIT_CEILING_DIRECTORIES: tmpdir(), ...environment },
      folder,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('the option overrides GITLAB_PROJECT, and GITLAB_HOST overrides the server in an address', async () => {
  const environment = { GITLAB_PROJECT: 'other/sync', GITLAB_HOST: 'gitlab.example.com' }
  const server = 'https://gitlab.example.com'
  expect(await place('support/sync', environment)).toEqual({ server, project: 'support/sync' })
  expect(await place(undefined, environment)).toEqual({ server, project: 'other/sync' })
  expect(await place('https://x.example.com/a/b', environment)).toEqual({ server, project: 'a/b' })
  expect(await place('https://x.example.com/a/b', {})).toEqual({
    server: 'https://x.example.com',
    project: 'a/b',
  })
  expect(await place('7', { GITLAB_HOST: 'https://example.com/gitlab/' })).toEqual({
    server: 'https://example.com/gitlab',
    project: '7',
  })
})

test.each([
  ['no server', 'support/sync', {}, 'GITLAB_PROJECT_UNKNOWN'],
  ['no project', undefined, { GITLAB_HOST: 'gitlab.example.com' }, 'GITLAB_PROJECT_UNKNOWN'],
  ['a project without its group', 'sync', { GITLAB_HOST: 'gitlab.example.com' }, 'GITLAB_PROJECT_UNKNOWN'],
  ['a server that is not GitLab', 'git@github.com:a/b.git', {}, 'GITLAB_PROJECT_UNKNOWN'],
  ['a server without an address', 'a/b', { GITLAB_HOST: 'http://' }, 'CONFIGURATION_INVALID'],
])('%s is an error', async (_, named, environment, code) => {
  await expect(place(named, environment)).rejects.toMatchObject({ kind: 'bad-input', code })
})
