import type { Call } from './call.ts'

/** A shorter one would be found in what is no secret, too. */
const SHORTEST = 8
/** The parameters of a form that are secrets (https://datatracker.ietf.org/doc/html/rfc6749#section-4.4). */
const SECRET_PARAMETERS = ['client_secret', 'assertion', 'token', 'refresh_token']
/** What we send that is no secret. */
const OPEN_HEADERS = ['accept', 'content-type', 'content-length', 'user-agent', 'sforce-call-options']

/**
 * Takes out of an answer the secrets that its call was sent with: a service, or a proxy before it, may echo a
 * request in its error page, and of that messages and results are made.
 */
export function withoutSecrets(text: string, call: Pick<Call, 'headers' | 'body' | 'secrets'>): string {
  let masked = text
  for (const secret of secretsOf(call)) {
    for (const form of formsOf(secret)) masked = masked.replaceAll(form, '[secret]')
  }
  return masked
}

/** Longest first, so that of a whole header no part is left. */
function secretsOf({
  headers = {},
  body = '',
  secrets = [],
}: Pick<Call, 'headers' | 'body' | 'secrets'>): string[] {
  const found = Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !OPEN_HEADERS.includes(name))
    .flatMap(([name, value]) => partsOf(name, value))
  // JSON is never a form; a hundred records need not be read as one.
  if (!body.startsWith('{')) {
    const form = new URLSearchParams(body)
    found.push(...SECRET_PARAMETERS.flatMap(name => form.getAll(name)))
  }
  found.push(...secrets)
  const long = found.filter(secret => secret.length >= SHORTEST)
  return [...new Set(long)].sort((one, other) => other.length - one.length)
}

/** Of `Basic x` and `Bearer x` the value, what it is made of, and of Zendesk's `user/token:TOKEN` the token. */
function partsOf(name: string, header: string): string[] {
  const space = header.indexOf(' ')
  if (name !== 'authorization' || space < 0) return [header]
  const value = header.slice(space + 1)
  if (header.slice(0, space) !== 'Basic') return [value]
  const login = Buffer.from(value, 'base64').toString()
  return [value, login, login.slice(login.indexOf(':') + 1)]
}

function formsOf(secret: string): Set<string> {
  const inJson = JSON.stringify(secret).slice(1, -1)
  return new Set([
    secret,
    inJson,
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  ])
}
