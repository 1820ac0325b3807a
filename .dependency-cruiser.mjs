export default {
  forbidden: [],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
      extensions: ['.ts', '.mjs', '.js'],
    },
    doNotFollow: { path: 'node_modules' },
  },
}
