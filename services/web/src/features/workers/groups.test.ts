import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { WorkerInfo, WorkerInstance } from '@/features/workers/api'
import { HUES, huesOf } from '@/features/workers/function-hue'
import { groupsOf } from '@/features/workers/groups'
import { addedUp } from '@/features/workers/worker-group'

const instance = (id: string, worker_name: string, deployment: string | null, change: object = {}): WorkerInstance =>
  ({ id, worker_name, functions: [`of-${worker_name}`], state: 'active', version: null, pod: deployment === null ? null : { name: id, namespace: 'shop', deployment: { name: deployment, desired_replicas: 2, ready_replicas: 1, autoscaler: null } }, ...change }) as WorkerInstance
const worker = (name: string, ...instances: WorkerInstance[]): WorkerInfo => ({ name, active: true, instance_count: instances.length, instances, functions: [`of-${name}`], function_names: { [`of-${name}`]: `Of ${name}` }, concurrency: 1 })

describe('a group', () => {
  test('is a Deployment where pods have one, whatever its workers are called, else a name', () => {
    const groups = groupsOf([worker('mail', instance('m1', 'mail', 'blue'), instance('m2', 'mail', 'green')), worker('pay', instance('p1', 'pay', 'blue')), worker('dev', instance('d1', 'dev', null))])
    expect(groups.map(({ id, title, names, instances }) => [id, title, names, instances.map((one) => one.id)])).toEqual([
      ['shop/blue', 'blue', ['mail', 'pay'], ['m1', 'p1']],
      ['dev', 'dev', ['dev'], ['d1']],
      ['shop/green', 'green', ['mail'], ['m2']],
    ])
    expect(groups[0]?.deployment).toMatchObject({ name: 'blue', ready_replicas: 1 })
    expect(groups[0]?.functions).toEqual([{ key: 'of-mail', name: 'Of mail' }, { key: 'of-pay', name: 'Of pay' }])
    expect(groups.map(({ isWhole }) => isWhole)).toEqual([false, true, false])
  })

  test('of one name in two namespaces is two', () => {
    const elsewhere = instance('b', 'mail', 'blue')
    const groups = groupsOf([worker('mail', instance('a', 'mail', 'blue'), { ...elsewhere, pod: elsewhere.pod && { ...elsewhere.pod, namespace: 'test' } })])
    expect(groups.map(({ id, title }) => [id, title])).toEqual([['shop/blue', 'blue'], ['test/blue', 'blue']])
  })
})

test('slots of several names are added up, and what nobody knows stays unknown', () => {
  expect(addedUp([[1, null, null], [2, 3, null]])).toEqual([3, 3, null])
  expect(addedUp([])).toEqual([])
})

describe('the hue of a function', () => {
  test('is its own while there are enough, in whatever order they are told, and shared evenly beyond', () => {
    const keys = Array.from({ length: HUES }, (_, i) => `function_${String(i)}`)
    expect(new Set(huesOf(keys).values()).size).toBe(HUES)
    expect(huesOf(keys.toReversed())).toEqual(huesOf(keys))
    const many = [...huesOf(Array.from({ length: 10 * HUES }, (_, i) => `f${String(i)}`)).values()]
    for (let hue = 0; hue < HUES; hue += 1) expect(many.filter((one) => one === hue)).toHaveLength(10)
  })

  test('stays where it is when another function comes that wants none that is taken', () => {
    const before = huesOf(['resize_image', 'send_receipt'])
    const after = huesOf(['resize_image', 'send_receipt', 'zz'])
    expect([...before].every(([key, hue]) => after.get(key) === hue)).toBe(true)
  })

  test('is told from its surface in either theme, as WCAG 1.4.11 asks of what is no text', () => {
    const tokens = readFileSync(new URL('../../ui/styles/tokens.css', import.meta.url), 'utf8')
    const pair = (name: string): string[] => new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(tokens)?.slice(1) ?? []
    const light = (colour: string): number =>
      [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
        const part = parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16) / 255
        return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
      }, 0.05)
    for (let hue = 0; hue < HUES; hue += 1)
      for (const surface of ['surface', 'hover', 'accent-soft'])
        pair(`fn-${String(hue)}`).forEach((colour, theme) => {
          const [a, b] = [light(colour), light(pair(surface)[theme] ?? '')]
          expect(Math.max(a, b) / Math.min(a, b), `fn-${String(hue)} on ${surface}, ${theme === 0 ? 'light' : 'dark'}`).toBeGreaterThanOrEqual(3)
        })
  })
})
