// Each stream by its own endpoint and connection: for a proxy that will not carry the combined one, and to look at one
// stream alone. A stream asked for with other parameters takes over at the position of the one before it.
import { API_BASE } from '@/generated/inventory'
import { IDLE, StreamConnection, type ConnectionOptions, type ConnectionStatus, type Phase, type Transport, type Wire } from '@/lib/stream/connection'
import { readEvent } from '@/lib/stream/messages'
import { sameSubs, type Sub } from '@/lib/stream/subs'

export const SINGLE_WIRE: Wire = {
  url: ([sub]) => `${API_BASE}${sub?.path ?? ''}`,
  read: (frame, [sub]) => (sub ? readEvent(frame, sub) : null),
}

/** Several connections are as well as the one that is worst off. */
const WORST_FIRST: readonly Phase[] = ['signed-out', 'paused', 'catching-up', 'connecting', 'live', 'refused', 'idle']

const least = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null)
  return known.length > 0 ? Math.min(...known) : null
}

export function asOne(all: readonly ConnectionStatus[]): ConnectionStatus {
  return {
    phase: WORST_FIRST.find((phase) => all.some((one) => one.phase === phase)) ?? 'idle',
    lostAt: least(all.map((one) => one.lostAt)),
    retryAt: least(all.map((one) => one.retryAt)),
    heartbeatMs: Math.max(0, ...all.map((one) => one.heartbeatMs)) || IDLE.heartbeatMs,
    sourceAway: all.some((one) => one.sourceAway),
    isPolling: all.some((one) => one.isPolling),
    refusedStreams: [...new Set(all.flatMap((one) => one.refusedStreams))],
  }
}

interface Held {
  readonly sub: Sub
  readonly connection: StreamConnection
  readonly forget: () => void
}

export class SingleTransport implements Transport {
  private held: ReadonlyMap<string, Held> = new Map()
  private wanted: readonly Sub[] = []
  private status = IDLE
  private isPaused = false
  private readonly listeners = new Set<() => void>()

  constructor(private readonly options: Omit<ConnectionOptions, 'wire'>) {}

  getStatus = (): ConnectionStatus => this.status

  getHeardAt = (): number | null => {
    const heard = this.connections().flatMap((one) => one.getHeardAt() ?? [])
    return heard.length > 0 ? Math.max(...heard) : null
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** What is no longer wanted is closed first: there may be no connection left for what is. */
  setSubs(subs: readonly Sub[]): void {
    if (sameSubs(subs, this.wanted)) return
    this.wanted = subs
    const before = this.held
    const names = new Set(subs.map((sub) => sub.name))
    const gone = [...before.values()].filter(({ sub }) => !names.has(sub.name))
    gone.forEach(letGo)
    this.held = new Map(subs.map((sub) => [sub.name, before.get(sub.name) ?? this.hold(sub, gone.find((one) => one.sub.stream === sub.stream))]))
    this.look()
  }

  pause(): void {
    this.isPaused = true
    this.connections().forEach((one) => {
      one.pause()
    })
  }

  resume(): void {
    this.isPaused = false
    this.connections().forEach((one) => {
      one.resume()
    })
  }

  close(): void {
    this.held.forEach(letGo)
    this.held = new Map()
    this.wanted = []
    this.look()
  }

  private connections(): StreamConnection[] {
    return [...this.held.values()].map(({ connection }) => connection)
  }

  private hold(sub: Sub, before: Held | undefined): Held {
    const connection = new StreamConnection({ ...this.options, wire: SINGLE_WIRE }, before?.connection.getPosition() ?? null)
    const forget = connection.subscribe(this.look)
    if (this.isPaused) connection.pause()
    connection.setSubs([sub])
    return { sub, connection, forget }
  }

  private readonly look = (): void => {
    this.status = asOne(this.connections().map((one) => one.getStatus()))
    this.listeners.forEach((listener) => {
      listener()
    })
  }
}

function letGo({ connection, forget }: Held): void {
  forget()
  connection.close()
}
