import { afterEach, beforeEach, expect, test, vi } from 'vitest'
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
  await vi.advanceTimersByTimeAsync(59_000)
  tab.turn(false)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(server.served).toHaveLength(1)
})

test('a pause someone chose stays', async () => {
  connection.pause()
  tab.turn(true)
  await vi.advanceTimersByTimeAsync(60_000)
  tab.turn(false)
  expect(connection.getStatus().phase).toBe('paused')
})
