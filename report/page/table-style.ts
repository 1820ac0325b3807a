import { INSTANCES } from '@support-sync/shared/domain'
import { compareStage, STAGES, syncStage } from '@support-sync/shared/pipeline'

/**
 * The part of the stylesheet that follows from the tables of stages and instances: each stage's position (the stages of
 * an instance are a row to the right of the common ones) and each instance's colour.
 */
export function tableStyle(): string {
  const rows = INSTANCES.map(instance => {
    const sync = syncStage(instance)
    const behind = STAGES.filter(({ follows }) => follows.includes(sync)).map(({ stage }) => stage)
    return [compareStage(instance), sync, ...behind]
  })
  const own = new Set<string>(rows.flat())
  const common = STAGES.map(({ stage }) => stage).filter(stage => !own.has(stage))
  const longest = Math.max(...rows.map(row => row.length))
  const areas = rows.map(row => [...common, ...row, ...Array(longest - row.length).fill('.')].join(' '))
  const places = STAGES.map(({ stage }) => `.at-${stage}{grid-area:${stage}}`)
  const colours = INSTANCES.map((instance, index) => {
    const colour = `var(--instance-${index + 1})`
    return `.plot .${instance}{fill:${colour}}.key.${instance}::before{background:${colour}}`
  })
  return [
    ...colours,
    '@media (min-width:60rem){',
    `.stages{grid-template-areas:${areas.map(area => `"${area}"`).join('')};`,
    `grid-template-columns:repeat(${common.length + longest},minmax(0,1fr))}`,
    ...places,
    '}',
  ].join('')
}
