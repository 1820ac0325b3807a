import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'

/** Whether Node accepts any certificate, so that anyone on the network path can read the credentials. */
export function isUnverified(environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment.NODE_TLS_REJECT_UNAUTHORIZED === '0'
}

/** The error of sending credentials to another machine without verifying certificates. `who` would receive them. */
export function unverified(who: string): ExpectedError {
  return badInput('TLS_NOT_VERIFIED', {
    message: `credentials would go to ${who} without certificate verification: NODE_TLS_REJECT_UNAUTHORIZED is 0`,
    next: 'Unset it. If a proxy has its own certificate, add that with NODE_EXTRA_CA_CERTS.',
  })
}
