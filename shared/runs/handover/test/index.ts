/** For tests of hand-overs from outside: GitLab's calls over jobs that a test makes up. */
export { COMMIT, type Job, startJobServer, zipOf, zipped } from './gitlab-jobs.ts'
