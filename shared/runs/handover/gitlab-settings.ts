/** A project on a GitLab server, and the token to read it with. */
export type GitlabSettings = {
  apiUrl: string
  /** Its id or its full path. */
  projectId: string
} & ({ jobToken: string } | PersonalLogin)

/** A personal access token, or the token of an OAuth login: GitLab takes both as a bearer token. */
export type PersonalLogin = {
  userToken: string
  /** For messages: where the token comes from, and how to get another one. */
  tokenFrom: string
  renewToken: string
}
