/** One writer at a time on this machine: a lock that the operating system releases with its process. */
export { type Lock, sharedLockPath, takeLock } from './lock.ts'
