import { expect, test } from 'vitest'
import { JobPlace, nodeOf, podOf, type Fleet } from '@/features/jobs/job-place'
import { TagLinks } from '@/features/jobs/tag-links'
import { aJobDetail, anAttempt } from '@/features/jobs/testing'
import { drawnAt } from '@/ui/testing'

const inPod = (name: string, node: string | null): Fleet[number] => ({ instances: [{ pod: null }, { pod: { name, node } }] })
const here = anAttempt({ attempt: 2, worker_id: 'shop-2', pod: 'shop-7d9f-x2x' })
const job = aJobDetail({ worker_id: 'shop-2', attempts_log: [anAttempt({ pod: 'shop-old' }), here] })

test('the pod is that of the newest attempt, and of no other worker’s', () => {
  expect(podOf(job)).toBe('shop-7d9f-x2x')
  expect(podOf({ ...job, worker_id: 'shop-3' })).toBeNull()
  expect(podOf({ ...job, attempts_log: [] })).toBeNull()
})

test('the node is that of the pod, where the pod is still there', () => {
  const workers = [inPod('shop-old', 'node-a'), inPod('shop-7d9f-x2x', 'node-b')]
  expect(nodeOf('shop-7d9f-x2x', workers)).toBe('node-b')
  expect([nodeOf('shop-gone', workers), nodeOf(null, workers), nodeOf('shop-7d9f-x2x', undefined)]).toEqual([null, null, null])
})

test.each([
  [job, 'node-b', 'worker shop-2 · pod shop-7d9f-x2x · node node-b'],
  [job, null, 'worker shop-2 · pod shop-7d9f-x2x'],
  [{ ...job, attempts_log: [] }, 'node-b', 'worker shop-2'],
  [{ ...job, worker_id: null }, 'node-b', ''],
])('as far as it is known (%#)', (one, node, words) => {
  const text = drawnAt('/jobs/job_1', <JobPlace job={one} workers={[inPod('shop-7d9f-x2x', node)]} />)
  expect(text.replaceAll(/<!-- -->|<[^>]*>/g, '')).toBe(words)
})

test('each tag leads to the jobs that have it', () => {
  const text = drawnAt('/jobs/job_1', <TagLinks tags={['nightly', 'eu.1']} />)
  expect([...text.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => decodeURIComponent(href))).toEqual(['/jobs?tag=["nightly"]', '/jobs?tag=["eu.1"]'])
})
