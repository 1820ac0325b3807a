import type { Sandbox } from '@support-sync/fixtures/sandbox'
import type { Services } from '@support-sync/fixtures/story'

/** The services that the story changes, from the sandbox's own state. */
export function servicesOf(sandbox: Sandbox): Services {
  const { global, usgov } = sandbox
  return {
    salesforce: sandbox.salesforce.tables,
    readOverrides: () => sandbox.gitlab.file.text,
    writeOverrides: sandbox.setOverrides,
    globalOrganizations: {
      find: name => global.organizations.named(name),
      put: organization => global.organizations.put(organization),
      remove: id => global.organizations.remove(id),
    },
    usgovUsers: {
      find: address => usgov.users.withEmail(address),
      put: user => usgov.users.put(user),
      remove: id => usgov.users.remove(id),
    },
  }
}
