import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { StreamName } from '@/generated/inventory'
import { COMBINED_WIRE } from '@/lib/stream/combined-transport'
import { StreamConnection, type ConnectionOptions } from '@/lib/stream/connection'
import type { Envelope } from '@/lib/stream/messages'
import { subFor } from '@/lib/stream/subs'
import { control, event, StreamServer } from '@/lib/stream/testing'

const OPEN = 'stream.open'
const EVENTS = [subFor('events')]
const EVENTS_AND_WORKERS = [subFor('events'), subFor('workers')]
const queued = { type: 'job.queued', event_id: 'e1' }

let server: StreamServer
let received: Envelope[]
let behind: StreamName[][]
let reconnected: StreamName[][]
let idle: StreamName[][]
let polled: StreamName[][]
let signedOut: number
let connection: StreamConnection

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

const options = (): ConnectionOptions => ({
  fetch: server.fetch,
  wire: COMBINED_WIRE,
  headers: () => ({ Authorization: 'Bearer key' }),
  random: () => 1,
  baseMs: 1000,
  capMs: 30_000,
  onEnvelope: (envelope) => received.push(envelope),
  onBehind: (streams) => behind.push([...streams]),
  onReconnected: (streams) => reconnected.push([...streams]),
  onIdle: (streams) => idle.push([...streams]),
  onPoll: (streams) => polled.push([...streams]),
  onSignedOut: () => (signedOut += 1),
})

beforeEach(() => {
  vi.useFakeTimers()
  server = new StreamServer()
  received = []
  behind = []
  reconnected = []
  idle = []
  polled = []
  signedOut = 0
  connection = new StreamConnection(options())
})

afterEach(() => {
  connection.close()
  vi.useRealTimers()
})

async function opened(subs = EVENTS, id = 'p0'): Promise<void> {
  connection.setSubs(subs)
  await settle()
  await server.last.say(control(OPEN, { heartbeat_ms: 15_000 }, id))
  await settle()
}

describe('opening', () => {
  test('it asks for the set by name and path, with the key in a header and no position', async () => {
    await opened()
    expect(server.last.url).toBe('/api/v1/stream?sub=events%3A%2Fevents%2Fstream')
    expect(server.last.headers.get('Authorization')).toBe('Bearer key')
    expect(server.last.headers.get('Last-Event-ID')).toBeNull()
    expect(connection.getStatus().phase).toBe('live')
  })

  test('what was read before the stream opened is read again', async () => {
    await opened()
    expect(behind).toEqual([['events']])
  })

  test('an event of an unknown type or stream is passed over', async () => {
    await opened()
    await server.last.say(event('events', { type: 'job.levitated', event_id: 'x' }, 'p1') + event('events', queued, 'p2'))
    await settle()
    expect(received.map((one) => one.data.type)).toEqual(['job.queued'])
  })
})

describe('coming back', () => {
  test('it resumes from the newest position, an idle heartbeat included', async () => {
    await opened()
    await server.last.say(event('events', queued, 'p1') + control('stream.position', {}, 'p2'))
    await settle()
    await server.last.end()
    await vi.advanceTimersByTimeAsync(1000)
    expect(server.served).toHaveLength(2)
    expect(server.last.headers.get('Last-Event-ID')).toBe('p2')
    await server.last.say(control(OPEN, {}, 'p2'))
    await settle()
    expect(reconnected).toEqual([['events']])
    expect(connection.getStatus()).toMatchObject({ phase: 'live', lostAt: null })
  })

  test('each failure doubles the wait, up to the cap', async () => {
    server.refuseNext('network', 503, 'network')
    connection.setSubs(EVENTS)
    await vi.advanceTimersByTimeAsync(999)
    expect(server.served).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(1 + 2000 + 3999)
    expect(server.served).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(server.served).toHaveLength(1)
  })

  test("the server's retry field sets the base", async () => {
    connection.setSubs(EVENTS)
    await settle()
    await server.last.say(`retry: 3000\n${control(OPEN, {}, 'p0')}`)
    await settle()
    await server.last.end()
    await vi.advanceTimersByTimeAsync(2999)
    expect(server.served).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(server.served).toHaveLength(2)
  })

  test('a refusal to open waits as long as it says', async () => {
    connection.setSubs(EVENTS)
    await settle()
    await server.last.say(control('stream.unavailable', { after_ms: 4000, reason: 'draining' }))
    await server.last.end()
    await vi.advanceTimersByTimeAsync(4999)
    expect(server.served).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(server.served).toHaveLength(2)
  })

  test('an announced close is met by a new connection before the old one ends', async () => {
    await opened()
    const first = server.last
    await first.say(control('stream.reconnect', { after_ms: 500, reason: 'drain' }))
    await vi.advanceTimersByTimeAsync(500)
    expect(server.served).toHaveLength(2)
    expect(first.isAborted()).toBe(false)
    await server.last.say(control(OPEN, {}, 'p0'))
    await settle()
    expect(first.isAborted()).toBe(true)
    expect(connection.getStatus().lostAt).toBeNull()
  })
})

describe('refusals', () => {
  test.each([401])('%i signs out and is not retried', async (status) => {
    server.refuseNext(status)
    connection.setSubs(EVENTS)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(signedOut).toBe(1)
    expect(server.served).toHaveLength(0)
    expect(connection.getStatus().phase).toBe('signed-out')
  })

  test('403 is not retried; a new set is', async () => {
    server.refuseNext(403)
    connection.setSubs(EVENTS)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(connection.getStatus().phase).toBe('refused')
    await opened(EVENTS_AND_WORKERS)
    expect(connection.getStatus().phase).toBe('live')
  })

  test('a stream refused alone leaves the others live', async () => {
    await opened(EVENTS_AND_WORKERS)
    await server.last.say(control('stream.unauthorized', { stream: 'workers', sub: 'workers' }))
    await settle()
    expect(connection.getStatus()).toMatchObject({ phase: 'live', refusedStreams: ['workers'] })
  })

  test('a new credential resumes by position', async () => {
    await opened()
    await server.last.say(control('stream.unauthorized', {}))
    await settle()
    expect(connection.getStatus().phase).toBe('signed-out')
    connection.resume()
    await settle()
    expect(server.last.headers.get('Last-Event-ID')).toBe('p0')
  })
})

describe('changing the set', () => {
  test('the new connection opens from the position, then the old one closes', async () => {
    await opened()
    const first = server.last
    await first.say(event('events', queued, 'p1'))
    await settle()
    connection.setSubs(EVENTS_AND_WORKERS)
    await settle()
    const second = server.last
    expect(second.headers.get('Last-Event-ID')).toBe('p1')
    expect(first.isAborted()).toBe(false)
    await first.say(event('events', { ...queued, event_id: 'e2' }, 'p2'))
    await settle()
    expect(received).toHaveLength(2)
    await second.say(control(OPEN, {}, 'p1'))
    await settle()
    expect(first.isAborted()).toBe(true)
  })

  test('only what joined is read again', async () => {
    await opened()
    connection.setSubs(EVENTS_AND_WORKERS)
    await settle()
    await server.last.say(control(OPEN, {}, 'p1'))
    await settle()
    expect(behind).toEqual([['events'], ['workers']])
  })

  test('the same set opens nothing', async () => {
    await opened()
    connection.setSubs([subFor('events')])
    await settle()
    expect(server.served).toHaveLength(1)
  })
})

describe('holes and pauses', () => {
  test('a gap names the stream to read again', async () => {
    await opened(EVENTS_AND_WORKERS)
    behind = []
    await server.last.say(control('stream.gap', { reason: 'retention', stream: 'events', sub: 'events' }))
    await settle()
    expect(behind).toEqual([['events']])
  })

  test('a pause closes and a resume continues where it stood', async () => {
    await opened()
    connection.pause()
    expect(server.last.isAborted()).toBe(true)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(server.served).toHaveLength(1)
    connection.resume()
    await settle()
    expect(server.last.headers.get('Last-Event-ID')).toBe('p0')
  })
})

describe('a loss that lasts', () => {
  test('the page polls what its streams would bring, and stops once one is open', async () => {
    await opened()
    server.refuseNext(...Array.from({ length: 4 }, () => 'network' as const))
    await server.last.end()
    await vi.advanceTimersByTimeAsync(14_999)
    expect(polled).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(polled).toEqual([['events']])
    expect(connection.getStatus().isPolling).toBe(true)
    await vi.advanceTimersByTimeAsync(20_000)
    await server.last.say(control(OPEN, {}, 'p0'))
    await settle()
    const times = polled.length
    expect(connection.getStatus()).toMatchObject({ phase: 'live', isPolling: false })
    await vi.advanceTimersByTimeAsync(30_000)
    expect(polled).toHaveLength(times)
  })

  test('an open stream whose source is away is polled for, too', async () => {
    await opened()
    await server.last.say(control('stream.status', { kafka: 'away' }))
    await vi.advanceTimersByTimeAsync(15_000)
    expect(polled).toEqual([['events']])
    await server.last.say(control('stream.status', { kafka: 'ok' }))
    await settle()
    expect(connection.getStatus().isPolling).toBe(false)
  })

  test.each([401, 403])('%i is not polled around', async (status) => {
    server.refuseNext(status)
    connection.setSubs(EVENTS)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(polled).toEqual([])
  })

  test('a pause is not polled around', async () => {
    await opened()
    connection.pause()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(polled).toEqual([])
  })
})

describe('silence', () => {
  test('two and a half heartbeats of it are a cut: it is opened anew, by position', async () => {
    await opened()
    const before = server.last
    await vi.advanceTimersByTimeAsync(37_000)
    expect(idle).toEqual([])
    await vi.advanceTimersByTimeAsync(500)
    expect([before.isAborted(), idle]).toEqual([true, [['events']]])
    expect(connection.getStatus().phase).toBe('catching-up')
    await vi.advanceTimersByTimeAsync(1000)
    expect(server.served).toHaveLength(2)
    expect(server.last.headers.get('Last-Event-ID')).toBe('p0')
  })

  test('a heartbeat is no silence', async () => {
    await opened()
    for (let n = 1; n < 8; n += 1) {
      await vi.advanceTimersByTimeAsync(15_000)
      await server.last.say(control('stream.position', {}, `p${String(n)}`))
      await settle()
    }
    expect([server.served.length, idle]).toEqual([1, []])
  })

  test('an idle timeout is sooner; control events reset it', async () => {
    connection = new StreamConnection({ ...options(), idleTimeoutMs: 10_000 })
    await opened()
    await vi.advanceTimersByTimeAsync(8000)
    await server.last.say(control('stream.status', { kafka: 'ok' }))
    await vi.advanceTimersByTimeAsync(8000)
    expect(idle).toEqual([])
    await vi.advanceTimersByTimeAsync(2000)
    expect(idle).toEqual([['events']])
  })

  test('an answer that never comes is given up and asked for again', async () => {
    connection.setSubs(EVENTS)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(server.served[0]?.isAborted()).toBe(true)
    await vi.advanceTimersByTimeAsync(1000)
    expect(server.served).toHaveLength(2)
  })
})
