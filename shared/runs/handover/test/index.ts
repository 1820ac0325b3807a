/** For tests in other modules: GitLab's calls over the jobs of a test. */
export { COMMIT, type Job, startJobServer, zipOf, zipped } from './gitlab-jobs.ts'
