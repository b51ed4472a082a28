import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { StreamName } from '@/generated/inventory'
import type { Envelope } from '@/lib/stream/messages'
import { SingleTransport } from '@/lib/stream/single-transport'
import { subFor } from '@/lib/stream/subs'
import { control, StreamServer, type ServedConnection } from '@/lib/stream/testing'

const nothing = (): void => undefined
let server: StreamServer
let received: Envelope[]
let behind: StreamName[]
let transport: SingleTransport

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)
const open = (): string[] => server.served.filter((one) => !one.isAborted()).map((one) => one.url)
const served = (url: string): ServedConnection => {
  const found = server.served.findLast((one) => one.url === url)
  if (!found) throw new Error(`Nobody asked for ${url}.`)
  return found
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new StreamServer()
  received = []
  behind = []
  transport = new SingleTransport({
    fetch: server.fetch,
    headers: () => ({}),
    onEnvelope: (envelope) => received.push(envelope),
    onBehind: (streams) => behind.push(...streams),
    onReconnected: nothing,
    onIdle: nothing,
    onPoll: nothing,
    onSignedOut: nothing,
  })
})
afterEach(() => {
  transport.close()
  vi.useRealTimers()
})

test('each stream has its own connection, at its own endpoint', async () => {
  transport.setSubs([subFor('events'), subFor('workers')])
  await settle()
  expect(open()).toEqual(['/api/v1/events/stream', '/api/v1/workers/stream'])
  await served('/api/v1/events/stream').say(control('stream.open', {}, 'p0'))
  await settle()
  expect(transport.getStatus().phase).toBe('connecting')
  await served('/api/v1/workers/stream').say(control('stream.open', {}, 'q0'))
  await settle()
  expect(transport.getStatus().phase).toBe('live')
  expect(behind).toEqual(['events', 'workers'])
})

test('a payload without an envelope is known by the connection it came by', async () => {
  transport.setSubs([subFor('events')])
  await settle()
  await server.last.say(`${control('stream.open', {}, 'p0')}id: p1\ndata: {"type":"job.queued","event_id":"e1"}\n\n`)
  await settle()
  expect(received).toMatchObject([{ stream: 'events', sub: 'events', data: { event_id: 'e1' } }])
})

test('another route keeps what both want, and closes the rest', async () => {
  transport.setSubs([subFor('events'), subFor('workers')])
  await settle()
  transport.setSubs([subFor('apis'), subFor('events')])
  await settle()
  expect(open()).toEqual(['/api/v1/events/stream', '/api/v1/apis/stream'])
})

test('a stream with other parameters takes over at the position of the one before', async () => {
  transport.setSubs([subFor('jobs.trends', { query: { hours: 24 } })])
  await settle()
  await server.last.say(control('stream.open', {}, 'p7'))
  await settle()
  transport.setSubs([subFor('jobs.trends', { query: { hours: 6 } })])
  await settle()
  expect(open()).toEqual(['/api/v1/jobs/trends/stream?hours=6'])
  expect(server.last.headers.get('Last-Event-ID')).toBe('p7')
})

test('a refused stream leaves the others alone, and is not asked for again', async () => {
  server.refuseNext(403)
  transport.setSubs([subFor('events'), subFor('workers')])
  await settle()
  await server.last.say(control('stream.open', {}, 'q0'))
  await vi.advanceTimersByTimeAsync(60_000 / 2)
  expect(transport.getStatus()).toMatchObject({ phase: 'live', refusedStreams: ['events'] })
  expect(server.served.filter((one) => one.url.includes('events'))).toHaveLength(0)
})

test('paused, it opens nothing; resumed, all of it', async () => {
  transport.setSubs([subFor('events')])
  transport.pause()
  transport.setSubs([subFor('events'), subFor('workers')])
  await settle()
  expect([open(), transport.getStatus().phase]).toEqual([[], 'paused'])
  transport.resume()
  await settle()
  expect(open()).toHaveLength(2)
})
