import { sign } from 'node:crypto'
import { Trouble } from '../errors/index.ts'

/** Salesforce takes no assertion that lives longer than three minutes, with some leeway for the clocks. */
const LIFETIME_SECONDS = 180

/**
 * The signed statement that the JWT bearer flow exchanges for a session
 * (https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm).
 * Throws `Trouble` PRIVATE_KEY_INVALID when the key is not one for RSA in PEM form.
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
  return `${head}.${body}.${signature(`${head}.${body}`, claims.privateKey)}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function signature(text: string, privateKey: string): string {
  try {
    return sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')
  } catch {
    // Without the cause: it may quote the key.
    throw new Trouble(
      'bad-input',
      'PRIVATE_KEY_INVALID',
      'The Salesforce private key cannot sign.',
      'SALESFORCE_PRIVATE_KEY_FILE must name a file with an RSA private key in PEM form.',
    )
  }
}
