import type { Call } from './call.ts'

/** A shorter secret could match text that is not secret. */
const MIN_CHARACTERS = 8
/** The secret form parameters (https://datatracker.ietf.org/doc/html/rfc6749#section-4.4). */
const SECRET_PARAMETERS = ['client_secret', 'assertion', 'token', 'refresh_token']
/** The headers that are not secret. */
const OPEN_HEADERS = ['accept', 'content-type', 'content-length', 'user-agent', 'sforce-call-options']

/**
 * Masks the secrets of a call in its answer. A service or a proxy may echo the request in an error page, which can end
 * up in messages and results.
 */
export function withoutSecrets(text: string, call: Pick<Call, 'headers' | 'body' | 'secrets'>): string {
  let masked = text
  for (const secret of secretsOf(call)) {
    for (const form of formsOf(secret)) masked = masked.replaceAll(form, '[secret]')
  }
  return masked
}

/** Longest first: masking a part of a header first would leave the rest of it readable. */
function secretsOf({
  headers = {},
  body = '',
  secrets = [],
}: Pick<Call, 'headers' | 'body' | 'secrets'>): string[] {
  const found = Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !OPEN_HEADERS.includes(name))
    .flatMap(([name, value]) => partsOf(name, value))
  // A JSON body is not a form: do not parse a hundred records as one.
  if (!body.startsWith('{')) {
    const form = new URLSearchParams(body)
    found.push(...SECRET_PARAMETERS.flatMap(name => form.getAll(name)))
  }
  found.push(...secrets)
  const long = found.filter(secret => secret.length >= MIN_CHARACTERS)
  return [...new Set(long)].sort((one, other) => other.length - one.length)
}

/** The secrets in a header: the value after `Basic` or `Bearer`, the decoded login, and Zendesk's token in it. */
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
