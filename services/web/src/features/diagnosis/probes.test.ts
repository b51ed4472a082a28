import { describe, expect, test } from 'vitest'
import { causesOf, conditionOf, probed, streamsText, streamTexts, type Condition, type Seen } from '@/features/diagnosis/probes'
import { ApiProblem, BackendAway } from '@/lib/api-client'

const problem = (status: number, code: string) => new ApiProblem(status, code, 'Title', `Says ${code}.`)
const live: Seen['streams'] = { phase: 'live', lostAt: null, sourceAway: false, refusedStreams: [] }
const seen = (conditions: Partial<Record<string, Condition>>, change: Partial<Seen> = {}): Seen => ({
  findings: ['jobs', 'apis', 'workers', 'stream-edge'].map((service) => ({ service, condition: conditions[service] ?? 'answers', detail: 'This needs the scope apis:read.' })),
  streams: live,
  isOnline: true,
  origin: 'http://mill',
  ...change,
})

test.each<[unknown, Condition]>([
  [null, 'answers'],
  [new BackendAway('no'), 'away'],
  [problem(503, 'unavailable'), 'database'],
  [problem(503, 'keys_unavailable'), 'keys'],
  [problem(503, 'draining'), 'busy'],
  [problem(401, 'invalid_credential'), 'key'],
  [problem(403, 'forbidden'), 'scope'],
  [problem(500, 'internal'), 'broken'],
  [problem(404, 'unknown'), 'answers'],
  [new TypeError('no'), 'broken'],
])('%s means: %s', (error, condition) => {
  expect(conditionOf(error)).toBe(condition)
})

test('an answer that is a refusal is kept in the server’s words', async () => {
  const probe = (ask: () => Promise<unknown>) => probed({ service: 'jobs', brings: '', asked: '', ask }, new AbortController().signal)
  expect(await probe(() => Promise.resolve({}))).toEqual({ service: 'jobs', condition: 'answers', detail: null })
  expect(await probe(() => Promise.reject(problem(503, 'unavailable')))).toEqual({ service: 'jobs', condition: 'database', detail: 'Says unavailable.' })
})

describe('the likely cause', () => {
  test('is none when all is well, and one when nothing answers', () => {
    expect(causesOf(seen({}))).toEqual([])
    const all = seen({ jobs: 'away', apis: 'away', workers: 'away', 'stream-edge': 'away' }, { streams: { ...live, phase: 'catching-up', lostAt: 1 } })
    expect(causesOf(all)).toHaveLength(1)
    expect(causesOf(all)[0]).toMatch(/^Nothing answers at http:\/\/mill/)
    expect(causesOf({ ...all, isOnline: false })[0]).toContain('offline')
  })

  test.each<[string, Seen, RegExp]>([
    ['a service', seen({ jobs: 'away', apis: 'away' }), /^jobs and apis do not answer while others do/],
    ['a database', seen({ workers: 'database' }), /^workers answers, but the database behind it does not/],
    ['the log', seen({}, { streams: { ...live, sourceAway: true } }), /^The log \(Kafka\) is away/],
    ['a key', seen({ jobs: 'key' }), /expired or was taken back/],
    ['a scope', seen({ apis: 'scope' }), /^Nothing is down there: your key may not read apis\. This needs the scope apis:read\./],
    ['a cut stream', seen({}, { streams: { ...live, phase: 'catching-up', lostAt: 1 } }), /live updates is cut, though its service answers/],
    ['a stream’s scope', seen({}, { streams: { ...live, refusedStreams: ['workers'] } }), /may not read the live workers stream;/],
  ])('is told apart: %s', (_, what, words) => {
    expect(causesOf(what)).toHaveLength(1)
    expect(causesOf(what)[0]).toMatch(words)
  })
})

test('how far each stream is behind is what the edge tells', async () => {
  const answer = { streams: [{ name: 'events', lag_ms: 12 }, { name: 'workers', lag_ms: null }, { name: 'apis', lag_ms: 3 }, { lag_ms: 1 }] }
  const found = await probed({ service: 'stream-edge', brings: '', asked: '', ask: () => Promise.resolve(answer) }, new AbortController().signal)
  expect(streamTexts([found], ['apis'])).toEqual(['events 12 ms behind', 'workers quiet', 'apis not for this key'])
})

test('how the streams are is one word or two', () => {
  expect([streamsText(live), streamsText({ ...live, sourceAway: true }), streamsText({ ...live, lostAt: 1 })]).toEqual(['live', 'open, its source (Kafka) is away', 'cut, being opened again'])
})
