import { ExpectedError } from '../../runtime/errors/index.ts'

/** Whether this variable makes Node accept any certificate, so that anybody on the way can read the credentials. */
export function isUnverified(environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment.NODE_TLS_REJECT_UNAUTHORIZED === '0'
}

/** For a connection to anything but this machine while certificates are not verified. `who` is whose they are. */
export function unverified(who: string): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'TLS_NOT_VERIFIED',
    message: `${who} would be sent credentials without a look at certificates: NODE_TLS_REJECT_UNAUTHORIZED is 0.`,
    next: 'Unset it. For a proxy with a certificate of its own, name that in NODE_EXTRA_CA_CERTS.',
  })
}
