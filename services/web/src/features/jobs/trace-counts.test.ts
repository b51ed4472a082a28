import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { traceCountsQuery } from '@/features/jobs/api'
import { mayChange } from '@/features/jobs/trace-counts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const answerWith = (tell: (url: string) => Response): string[] => {
  const asked: string[] = []
  globalThis.fetch = (input) => {
    const url = input instanceof Request ? input.url : String(input)
    asked.push(url)
    return Promise.resolve(tell(url))
  }
  return asked
}
const counts = (trace_id: string, failed: number) => ({ trace_id, total: 3, total_exact: true, pending: 0, queued: 0, active: 0, retrying: 0, complete: 3 - failed, failed, cancelled: 0 })
const read = async (client: QueryClient, traces: readonly string[]) => {
  const answers = Promise.all(traces.map((trace) => client.fetchQuery(traceCountsQuery(trace))))
  await vi.runOnlyPendingTimersAsync()
  return answers
}

test('rows ask for their traces in one question; who may not read jobs is refused once, and sees nothing', async () => {
  const asked = answerWith(() => Response.json({ traces: [counts('a', 1), counts('b', 0)] }))
  const [a, b, none] = await read(new QueryClient(), ['a', 'b', 'none'])
  expect(asked).toEqual(['/api/v1/jobs/traces?trace_id=a&trace_id=b&trace_id=none'])
  expect([a?.failed, b?.failed, none]).toEqual([1, 0, null])

  const refused = answerWith(() => Response.json({ code: 'missing_scope' }, { status: 403 }))
  expect(await read(new QueryClient(), ['a'])).toEqual([null])
  expect(await read(new QueryClient(), ['b'])).toEqual([null])
  expect(refused).toHaveLength(1)
})

test('jobs that are not finished are asked for again, and for a while those that may still come', () => {
  const done = counts('a', 1)
  expect([mayChange(done, 1), mayChange({ ...done, retrying: 1 }, 100), mayChange({ ...done, pending: 1 }, 100)]).toEqual([false, true, true])
  const none = { ...counts('a', 0), total: 0, complete: 0 }
  expect([mayChange(none, 1), mayChange(none, 6)]).toEqual([true, false])
})
