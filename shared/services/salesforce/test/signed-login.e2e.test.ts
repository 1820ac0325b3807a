import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { expectedErrorOf } from '../../http/test/expected-error-of.ts'
import { startScriptedServer, testContext } from '../../http/test/scripted-server.ts'
import { connectSalesforce } from '../index.ts'

const PEM = { type: 'pkcs8', format: 'pem' } as const
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const RSA = rsa.privateKey.export(PEM).toString()
const NOW = Date.parse('2026-11-28T12:00:00Z')

function connect(privateKey: string, loginUrl = 'http://127.0.0.1:9') {
  const login = { loginUrl, clientId: 'client', username: 'sync@example.com', privateKey }
  return expectedErrorOf(connectSalesforce(login, { ...testContext(), now: () => NOW }))
}

test.each<[string, string, RegExp]>([
  [
    'an EC key',
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(PEM).toString(),
    /kind ec/,
  ],
  ['an Ed25519 key', generateKeyPairSync('ed25519').privateKey.export(PEM).toString(), /kind ed25519/],
  [
    'an RSA-PSS key',
    generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey.export(PEM).toString(),
    /rsa-pss/,
  ],
  [
    'an encrypted key',
    rsa.privateKey.export({ ...PEM, cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
    /encrypted/,
  ],
  [
    'an encrypted key of the older form',
    rsa.privateKey
      .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString(),
    /encrypted/,
  ],
  [
    'a public key',
    rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    /a PUBLIC KEY instead of/,
  ],
  ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', /a CERTIFICATE/],
  [
    "OpenSSH's form",
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----',
    /OpenSSH/,
  ],
  ['half of a key', RSA.slice(0, 300), /damaged/],
  ['nothing', '\n', /is empty/],
  ['another text', 'client_secret=verysecret', /no key/],
])('the error names %s before anything is sent', async (_, key, said) => {
  const problem = await connect(key)
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'PRIVATE_KEY_INVALID' })
  expect(problem.message).toMatch(said)
  expect(problem.next).toContain('RS256, which needs an RSA private key')
  for (const line of key.split('\n').filter(line => line.length > 20 && !line.startsWith('-----')))
    expect(`${problem.message}${problem.next}${problem.stack}`).not.toContain(line)
})

async function refusedAt(minutes: number) {
  const date = new Date(NOW + minutes * 60_000).toUTCString()
  const json = { error: 'invalid_grant', error_description: 'invalid assertion' }
  await using server = await startScriptedServer(() => ({ status: 400, json, headers: { date } }))
  return await connect(RSA, server.url)
}

test.each([
  [5, '5 minutes behind'],
  [-8, '8 minutes ahead'],
  [3, '3 minutes behind'],
])(
  'the error about a refused login names a wrong clock: the answer is dated %d minutes from now',
  async (minutes, said) => {
    const problem = await refusedAt(minutes)
    expect(problem).toMatchObject({ kind: 'bad-input', code: 'LOGIN_REFUSED' })
    expect(problem.message).toContain(`this machine's clock is ${said}`)
    expect(problem.next).toContain("Set this machine's clock")
  },
)

test.each([0, 1, -1])('a correct clock is not mentioned (%d minutes)', async minutes => {
  expect((await refusedAt(minutes)).message).not.toContain('minute')
})
