/** One writer at a time on this machine: a lock that the operating system releases when its process ends. */
export { type Lock, sharedLockPath, takeLock } from './lock.ts'
