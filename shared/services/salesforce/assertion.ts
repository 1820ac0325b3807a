import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'

/** Salesforce accepts an assertion for at most three minutes, with some leeway for the clocks. */
const LIFETIME_SECONDS = 180

/**
 * The signed statement that the JWT bearer flow exchanges for a session
 * (https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm).
 * Throws `ExpectedError` PRIVATE_KEY_INVALID if the key is not an RSA key in PEM form.
 */
export function signedAssertion(
  claims: { clientId: string; username: string; loginUrl: string; privateKey: string },
  now: number,
): string {
  const head = encode({ alg: 'RS256' })
  const body = encode({
    iss: claims.clientId,
    sub: claims.username,
    aud: new URL(claims.loginUrl).origin,
    exp: Math.floor(now / 1000) + LIFETIME_SECONDS,
  })
  const signature = sign('RSA-SHA256', Buffer.from(`${head}.${body}`), rsaKey(claims.privateKey))
  return `${head}.${body}.${signature.toString('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

/** Salesforce accepts only RS256. It refuses a signature by another kind of key, and does not say why. */
function rsaKey(pem: string): KeyObject {
  const key = readKey(pem)
  if (key.asymmetricKeyType === 'rsa') return key
  throw invalid(`has a key of the kind ${key.asymmetricKeyType ?? 'unknown'} instead of an RSA key`)
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    // Leave out the cause: it may quote the key.
    throw invalid(whatElse(pem))
  }
}

/** What a file contains instead of a usable private key. */
function whatElse(text: string): string {
  const kind = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1]
  if (text.trim() === '') return 'is empty'
  if (kind === undefined) return 'has no key in PEM form'
  if (kind.startsWith('ENCRYPTED') || /^Proc-Type:.*ENCRYPTED/m.test(text)) {
    return 'has an encrypted key, and there is no way to enter its passphrase'
  }
  if (kind === 'OPENSSH PRIVATE KEY') return "has a key in OpenSSH's own form"
  return kind.endsWith('PRIVATE KEY') ? 'has a damaged private key' : `has a ${kind} instead of a private key`
}

function invalid(what: string): ExpectedError {
  return badInput('PRIVATE_KEY_INVALID', {
    message: `the file of SALESFORCE_PRIVATE_KEY_FILE ${what}`,
    next: 'Salesforce accepts RS256, which needs an RSA private key in PEM form, not encrypted: `openssl req -x509 -newkey rsa:2048 -noenc -keyout sync.key -out sync.crt -days 365 -subj /CN=support-sync` creates one, and the certificate to upload to the app.',
  })
}
