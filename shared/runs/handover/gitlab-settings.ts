/** A project on a GitLab, and the token to read it with. */
export type GitlabSettings = {
  apiUrl: string
  /** Its id or its full path. */
  projectId: string
} & ({ jobToken: string } | PersonalLogin)

/** A personal access token, or the token of an OAuth login: GitLab takes both as a bearer token. */
export type PersonalLogin = {
  userToken: string
  /** Where the token is from, in words, and how to get another. */
  tokenFrom: string
  renewToken: string
}
