/**
 * Arrows run one way: bin → the stage's src → shared. Inside shared: runs → sync → services, runtime → pipeline → domain.
 * Every wing may throw an error and quote text, so runtime/errors and runtime/text lie below all of them.
 */

/** The rooms of shared/, wing by wing, and the rooms that each may import. */
const ROOMS = {
  // What every wing stands on.
  'runtime/text': [],
  'runtime/errors': ['runtime/text'],

  domain: ['runtime/errors'],
  pipeline: ['domain', 'runtime/errors'],

  'runtime/artifacts': ['runtime/errors', 'runtime/text'],
  'runtime/lock': ['runtime/artifacts', 'runtime/errors'],
  'runtime/terminal': ['runtime/text'],
  'runtime/bin': [
    'runtime/artifacts',
    'runtime/lock',
    'runtime/terminal',
    'services/http',
    'pipeline',
    'domain',
    'runtime/errors',
    'runtime/text',
  ],

  'services/http': ['runtime/errors', 'runtime/text'],
  'services/salesforce': ['services/http', 'runtime/errors'],
  'services/zendesk': ['services/http', 'runtime/errors', 'runtime/text'],
  'services/slack': ['services/http', 'runtime/errors', 'runtime/text'],
  'services/overrides': ['services/http', 'runtime/artifacts', 'runtime/errors'],

  'sync/doubts': ['domain', 'runtime/text'],
  'sync/plan': [
    'sync/doubts',
    'runtime/terminal',
    'runtime/artifacts',
    'pipeline',
    'domain',
    'runtime/errors',
    'runtime/text',
  ],
  'sync/compare': ['runtime/bin', 'runtime/artifacts', 'pipeline', 'domain', 'runtime/errors'],
  'sync/apply': [
    'sync/plan',
    'services/zendesk',
    'services/http',
    'runtime/bin',
    'runtime/terminal',
    'runtime/artifacts',
    'pipeline',
    'domain',
    'runtime/errors',
    'runtime/text',
  ],

  'runs/find': ['runtime/bin', 'runtime/artifacts', 'pipeline', 'domain', 'runtime/errors', 'runtime/text'],
  'runs/handover': [
    'services/http',
    'runtime/bin',
    'runtime/artifacts',
    'pipeline',
    'runtime/errors',
    'runtime/text',
  ],
  'runs/record': [
    'runs/handover',
    'sync/apply',
    'services/slack',
    'runtime/bin',
    'runtime/artifacts',
    'pipeline',
    'domain',
    'runtime/errors',
    'runtime/text',
  ],
  'runs/gitlab': [
    'runs/find',
    'runs/handover',
    'runs/record',
    'services/http',
    'runtime/bin',
    'runtime/artifacts',
    'pipeline',
    'runtime/errors',
    'runtime/text',
  ],
  'runs/plan': [
    'runs/find',
    'sync/plan',
    'runtime/bin',
    'runtime/terminal',
    'runtime/artifacts',
    'pipeline',
    'domain',
    'runtime/errors',
    'runtime/text',
  ],
  'runs/explain': [
    'runs/find',
    'sync/doubts',
    'sync/plan',
    'runtime/terminal',
    'runtime/artifacts',
    'pipeline',
    'domain',
    'runtime/errors',
    'runtime/text',
  ],
}

const roomRules = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `shared/${room}`,
  comment: `shared/${room} may import ${allowed.map(name => `shared/${name}`).join(', ') || 'no other room'}.`,
  severity: 'error',
  from: { path: `^shared/${room}/` },
  to: {
    path: '^(shared|packages|fixtures|cli|ci|rigs|report)/',
    pathNot: `^shared/(${[room, ...allowed].join('|')})/`,
  },
}))

export default {
  forbidden: [
    ...roomRules,
    {
      name: 'every room is declared',
      comment: 'A new room of shared/ gets a row in ROOMS above.',
      severity: 'error',
      from: {},
      to: { path: '^shared/', pathNot: `^shared/(${Object.keys(ROOMS).join('|')}|node_modules)/` },
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
      to: { path: '^(fixtures|cli|ci|rigs|report)/' },
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
      to: { path: '^(packages|cli|ci|rigs|report)/' },
    },
    {
      name: 'the domain is pure',
      comment: 'No I/O, no clock, no environment.',
      severity: 'error',
      from: { path: '^shared/domain/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'what a job runs is installed there',
      comment: 'GitLab installs without development dependencies.',
      severity: 'error',
      from: { path: '^(packages|shared|cli|ci)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
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
