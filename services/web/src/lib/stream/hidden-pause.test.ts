import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { COMBINED_WIRE } from '@/lib/stream/combined-transport'
import { StreamConnection } from '@/lib/stream/connection'
import { pauseWhileHidden } from '@/lib/stream/hidden-pause'
import { subFor } from '@/lib/stream/subs'
import { control, StreamServer } from '@/lib/stream/testing'

class Tab extends EventTarget {
  hidden = false

  turn(hidden: boolean): void {
    this.hidden = hidden
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

const nothing = (): void => undefined
let tab: Tab
let server: StreamServer
let connection: StreamConnection
let end: () => void

beforeEach(async () => {
  vi.useFakeTimers()
  tab = new Tab()
  server = new StreamServer()
  connection = new StreamConnection({
    fetch: server.fetch,
    wire: COMBINED_WIRE,
    onIdle: nothing,
    headers: () => ({}),
    onEnvelope: nothing,
    onBehind: nothing,
    onReconnected: nothing,
    onPoll: nothing,
    onSignedOut: nothing,
  })
  end = pauseWhileHidden(tab, connection, 60_000)
  connection.setSubs([subFor('events')])
  await vi.advanceTimersByTimeAsync(0)
  await server.last.say(control('stream.open', {}, 'p0'))
  await vi.advanceTimersByTimeAsync(0)
})
afterEach(() => {
  end()
  connection.close()
  vi.useRealTimers()
})

/** Time passes, and the server says every ten seconds that it is there. */
async function beating(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10_000) {
    await vi.advanceTimersByTimeAsync(10_000)
    await server.last.say(control('stream.position', {}, 'p1'))
  }
}

test('a hidden tab pauses after a while, and resumes by position when seen', async () => {
  tab.turn(true)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(connection.getStatus().phase).toBe('paused')
  tab.turn(false)
  await vi.advanceTimersByTimeAsync(0)
  expect(server.last.headers.get('Last-Event-ID')).toBe('p0')
})

test('a glance at another tab changes nothing', async () => {
  tab.turn(true)
  await beating(50_000)
  tab.turn(false)
  await beating(120_000)
  expect(server.served).toHaveLength(1)
})

test('a pause someone chose stays', async () => {
  connection.pause()
  tab.turn(true)
  await vi.advanceTimersByTimeAsync(60_000)
  tab.turn(false)
  expect(connection.getStatus().phase).toBe('paused')
})
