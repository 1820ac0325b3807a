/**
 * Arrows run one way: bin → the stage's src → shared. Inside shared the rules and the neighbours stand at the bottom, on
 * errors and text, and know neither each other nor a stage; what is made of them stands above.
 */

/** A room of shared/, and the rooms that it may import. */
const ROOMS = {
  text: [],
  errors: ['text'],
  domain: ['errors'],
  artifacts: ['errors', 'text'],
  http: ['errors', 'text'],
  salesforce: ['http', 'errors'],
  zendesk: ['http', 'errors', 'text'],
  slack: ['http', 'errors', 'text'],
  overrides: ['artifacts', 'http', 'errors'],
  pipeline: ['domain', 'errors'],
  handover: ['stage', 'pipeline', 'artifacts', 'http', 'errors', 'text'],
  lock: ['artifacts', 'errors'],
  stage: ['pipeline', 'artifacts', 'http', 'lock', 'domain', 'errors', 'text'],
  terminal: ['text'],
  runs: ['stage', 'pipeline', 'artifacts', 'domain', 'errors'],
  syncs: ['pipeline', 'domain'],
  plan: ['doubts', 'syncs', 'runs', 'stage', 'pipeline', 'terminal', 'artifacts', 'domain', 'errors', 'text'],
  doubts: ['domain', 'text'],
  explain: [
    'doubts',
    'plan',
    'syncs',
    'runs',
    'pipeline',
    'terminal',
    'artifacts',
    'domain',
    'errors',
    'text',
  ],
  compare: ['syncs', 'stage', 'artifacts', 'domain', 'errors'],
  apply: [
    'plan',
    'syncs',
    'terminal',
    'stage',
    'pipeline',
    'zendesk',
    'http',
    'artifacts',
    'domain',
    'errors',
    'text',
  ],
  record: ['handover', 'stage', 'pipeline', 'slack', 'artifacts', 'domain', 'errors', 'text'],
}

const roomRules = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `shared/${room}`,
  comment: `shared/${room} may import ${allowed.map(name => `shared/${name}`).join(', ') || 'no other room'}.`,
  severity: 'error',
  from: { path: `^shared/${room}/` },
  to: { path: '^(shared|packages|fixtures|tools)/', pathNot: `^shared/(${[room, ...allowed].join('|')})/` },
}))

export default {
  forbidden: [
    ...roomRules,
    {
      name: 'every room is declared',
      comment: 'A new room of shared/ gets a row in ROOMS above.',
      severity: 'error',
      from: {},
      to: { path: '^shared/[^/]+/', pathNot: `^shared/(${Object.keys(ROOMS).join('|')}|node_modules)/` },
    },
    {
      name: 'a package imports no other package',
      comment: 'What two stages need belongs in shared/.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/$1/' },
    },
    {
      name: 'a stage imports shared alone',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(fixtures|tools)/' },
    },
    {
      name: 'nothing imports a bin',
      severity: 'error',
      from: {},
      to: { path: '^packages/[^/]+/bin/' },
    },
    {
      name: 'fixtures know no stage',
      comment: 'The world states what should be; it must not compute it with the code that it tests.',
      severity: 'error',
      from: { path: '^fixtures/' },
      to: { path: '^(packages|tools)/' },
    },
    {
      name: 'the domain is pure',
      comment: 'No I/O, no clock, no environment.',
      severity: 'error',
      from: { path: '^shared/domain/' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'everything resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // Tests may reach into whatever they test.
    exclude: { path: '/test/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
}
