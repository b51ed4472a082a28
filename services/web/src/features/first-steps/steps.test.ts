import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import * as steps from '@/features/first-steps/steps'

const page = (name: string): string => readFileSync(fileURLToPath(new URL(`../../../../../docs/use/${name}.md`, import.meta.url)), 'utf8')
const HERE = { url: 'http://localhost:8080', needsKey: false }

// The blocks of those pages are run against a server: what stands there works as it is written.
test.each([
  ['dashboard', steps.FIRST_FUNCTION],
  ['dashboard', steps.FIRST_JOB],
  ['apis', steps.FIRST_API],
])('docs/use/%s.md runs what the page tells', (name, code) => {
  expect(page(name)).toContain(code)
})

describe('a step', () => {
  test('is done by its own fact', () => {
    const done = (there: Parameters<typeof steps.jobSteps>[1]) => steps.jobSteps(HERE, there).map(({ isDone }) => isDone)
    expect(done({ functions: false, worker: false, job: false })).toEqual([false, false, false])
    expect(done({ functions: true, worker: false, job: true })).toEqual([true, false, true])
  })

  test('names this server, and a key where one is asked for', () => {
    const [, worker] = steps.jobSteps({ url: 'https://m.example', needsKey: true }, { functions: true, worker: false, job: false })
    expect(worker?.code).toMatch(/^export MILLSTREAM_URL=https:\/\/m\.example\nexport MILLSTREAM_API_KEY=…/)
    expect(steps.jobSteps(HERE, { functions: true, worker: false, job: false })[1]?.code).not.toContain('API_KEY')
  })
})

describe('the text for a coding agent', () => {
  const nothing = { functions: false, worker: false, job: false }

  test('has every step, where its proof is, and no key', () => {
    const place = { url: 'https://m.example', needsKey: true }
    const text = steps.agentText(place, steps.jobSteps(place, nothing), steps.JOB_TASK)
    for (const code of [steps.FIRST_FUNCTION, steps.START_WORKER, steps.FIRST_JOB]) expect(text).toContain(code.trimEnd())
    expect(text).toContain(`curl -H "Authorization: Bearer $MILLSTREAM_API_KEY" 'https://m.example/api/v1/jobs?limit=1'`)
    expect(text).toContain('The key stays out of the code')
  })

  test('says nothing of a key where none is asked for', () => {
    expect(steps.agentText(HERE, steps.apiSteps(HERE, { instance: false, request: false }), steps.API_TASK)).not.toContain('API_KEY')
  })
})
