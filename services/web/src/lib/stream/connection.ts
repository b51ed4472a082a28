// One connection. It keeps a position, changes its set of streams without a hole (the new connection opens from that
// position before the old one closes), and comes back by itself.
//
//   setSubs ─▶ start ─▶ stream.open ─▶ deliver … ─▶ ended ─▶ backoff ─▶ start
//                 └ 401: signed-out, 403: refused (neither is retried: only a new credential or set helps)
import { Backoff } from '@/lib/stream/backoff'
import { FallbackPolling } from '@/lib/stream/fallback-polling'
import { readControl, type Control, type Envelope } from '@/lib/stream/messages'
import { readSse, StreamRefused, type Fetch, type Frame } from '@/lib/stream/sse-client'
import { Silence } from '@/lib/stream/silence'
import { sameSubs, type Sub } from '@/lib/stream/subs'
import type { StreamName } from '@/generated/inventory'

export type Phase = 'idle' | 'connecting' | 'live' | 'catching-up' | 'paused' | 'signed-out' | 'refused'

export interface ConnectionStatus {
  readonly phase: Phase
  readonly lostAt: number | null
  readonly retryAt: number | null
  readonly heartbeatMs: number
  readonly sourceAway: boolean
  /** The stream has brought nothing for longer than the grace; the page asks over REST meanwhile. */
  readonly isPolling: boolean
  readonly refusedStreams: readonly StreamName[]
}

export interface ConnectionHandlers {
  readonly onEnvelope: (envelope: Envelope) => void
  /** Streams that just began, or whose hole was announced: what was read before may be behind. */
  readonly onBehind: (streams: readonly StreamName[]) => void
  readonly onReconnected: (streams: readonly StreamName[]) => void
  /** Nothing was heard for too long: the connection is given up and opened anew. */
  readonly onIdle: (streams: readonly StreamName[]) => void
  readonly onPoll: (streams: readonly StreamName[]) => void
  readonly onSignedOut: () => void
}

/** How a set of streams is asked for, and how their frames are spelled. */
export interface Wire {
  readonly url: (subs: readonly Sub[]) => string
  readonly read: (frame: Frame, subs: readonly Sub[]) => Envelope | null
}

export interface ConnectionOptions extends ConnectionHandlers {
  readonly wire: Wire
  readonly fetch: Fetch
  readonly headers: () => Record<string, string>
  readonly random?: () => number
  readonly now?: () => number
  readonly baseMs?: number
  readonly capMs?: number
  readonly pollGraceMs?: number
  readonly pollIntervalMs?: number
  /** Silence, heartbeats included, that ends a connection sooner than its heartbeat would. Off unless given. */
  readonly idleTimeoutMs?: number | null
}

/** A connection that lived this long was healthy; a shorter one counts as a failure. */
const HEALTHY_MS = 10_000
const DEFAULT_HEARTBEAT_MS = 15_000
/** Heartbeats come within 20 % of their time; two missed in a row are no accident. */
const MISSED_HEARTBEATS = 2.5
/** From asking to the first frame. */
const OPENING_LIMIT_MS = 20_000
const POLL_GRACE_MS = 15_000
const POLL_INTERVAL_MS = 5000

interface Attempt {
  readonly subs: readonly Sub[]
  readonly controller: AbortController
  readonly silence: Silence
  openedAt: number | null
  unavailableMs: number | null
}

/** What the page holds to the server: one connection, or several seen as one. */
export interface Transport {
  readonly getStatus: () => ConnectionStatus
  readonly getHeardAt: () => number | null
  readonly subscribe: (listener: () => void) => () => void
  setSubs: (subs: readonly Sub[]) => void
  pause: () => void
  resume: () => void
  close: () => void
}

export const IDLE: ConnectionStatus = {
  phase: 'idle',
  lostAt: null,
  retryAt: null,
  heartbeatMs: DEFAULT_HEARTBEAT_MS,
  sourceAway: false,
  isPolling: false,
  refusedStreams: [],
}

/** Trying again, or open without a source behind it. Paused, signed out and refused are states someone chose. */
const isDegraded = ({ phase, sourceAway }: ConnectionStatus): boolean =>
  phase === 'connecting' || phase === 'catching-up' || (phase === 'live' && sourceAway)

function giveUp(attempt: Attempt): void {
  attempt.silence.stop()
  attempt.controller.abort()
}

export class StreamConnection implements Transport {
  private status = IDLE
  private readonly listeners = new Set<() => void>()
  private readonly backoff: Backoff
  private readonly fallback: FallbackPolling
  private readonly now: () => number
  private readonly random: () => number
  private wanted: readonly Sub[] = []
  private position: string | null = null
  private current: Attempt | null = null
  private next: Attempt | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private hasDelivered = false
  private heardAt: number | null = null

  /** With a position, it begins there: another connection's, which it takes over from. */
  constructor(
    private readonly options: ConnectionOptions,
    position: string | null = null,
  ) {
    this.position = position
    this.random = options.random ?? Math.random
    this.now = options.now ?? Date.now
    this.backoff = new Backoff({ baseMs: options.baseMs ?? 1000, capMs: options.capMs ?? 15_000, random: this.random })
    this.fallback = new FallbackPolling({
      graceMs: options.pollGraceMs ?? POLL_GRACE_MS,
      intervalMs: options.pollIntervalMs ?? POLL_INTERVAL_MS,
      poll: () => {
        if (!this.status.isPolling) this.update({ isPolling: true })
        options.onPoll(this.wanted.map((sub) => sub.stream))
      },
    })
  }

  getStatus = (): ConnectionStatus => this.status

  /** When the last frame came, a heartbeat included. Read by the clock, not announced: it changes with every event. */
  getHeardAt = (): number | null => this.heardAt

  getPosition = (): string | null => this.position

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  setSubs(subs: readonly Sub[]): void {
    if (sameSubs(subs, this.wanted)) return
    this.wanted = subs
    if (this.status.phase === 'paused' || this.status.phase === 'signed-out') return
    this.backoff.reset()
    this.start()
  }

  pause(): void {
    this.stop()
    this.update({ phase: 'paused', retryAt: null })
  }

  /** After a pause, a new credential, or when the network says it is back. */
  resume(): void {
    this.stop()
    this.backoff.reset()
    this.update({ phase: this.hasDelivered ? 'catching-up' : 'connecting', refusedStreams: [] })
    this.start()
  }

  close(): void {
    this.stop()
    this.wanted = []
    this.update({ ...IDLE })
  }

  private stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.current) giveUp(this.current)
    if (this.next) giveUp(this.next)
    this.current = this.next = null
  }

  private start(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.next) giveUp(this.next)
    this.next = null
    if (this.wanted.length === 0) {
      this.stop()
      this.update({ phase: 'idle', retryAt: null })
      return
    }
    const attempt = this.attempt()
    this.next = attempt
    if (!this.current) this.update({ phase: this.hasDelivered ? 'catching-up' : 'connecting', retryAt: null })
    void this.run(attempt)
  }

  private attempt(): Attempt {
    const silence = new Silence(this.now, () => {
      giveUp(attempt)
      this.onSilent(attempt)
    })
    const attempt: Attempt = { subs: this.wanted, controller: new AbortController(), silence, openedAt: null, unavailableMs: null }
    silence.heard(OPENING_LIMIT_MS)
    return attempt
  }

  private async run(attempt: Attempt): Promise<void> {
    let failure: unknown = null
    try {
      await readSse(
        {
          url: this.options.wire.url(attempt.subs),
          lastEventId: this.position,
          headers: this.options.headers(),
          signal: attempt.controller.signal,
          onFrame: (frame) => {
            this.onFrame(attempt, frame)
          },
          onRetry: (ms) => {
            this.backoff.setBase(ms)
          },
        },
        this.options.fetch,
      )
    } catch (error) {
      failure = error
    }
    if (attempt.controller.signal.aborted) return
    attempt.silence.stop()
    this.onEnded(attempt, failure)
  }

  private onFrame(attempt: Attempt, frame: Frame): void {
    if (attempt !== this.current && attempt !== this.next) return
    const control = readControl(frame)
    if (control?.type === 'stream.open') this.onOpen(attempt, control)
    // While a successor is opening, the old connection still delivers; `seq` and `event_id` make the overlap harmless.
    if (frame.id !== null && attempt === this.current) this.position = frame.id
    if (control) this.onControl(attempt, control)
    else if (frame.event === null) this.onData(attempt, frame)
    this.heardAt = this.now()
    if (attempt.openedAt !== null && !attempt.controller.signal.aborted) attempt.silence.heard(this.silenceLimitMs())
  }

  private silenceLimitMs(): number {
    return Math.min(this.options.idleTimeoutMs ?? Infinity, this.status.heartbeatMs * MISSED_HEARTBEATS)
  }

  private onSilent(attempt: Attempt): void {
    if (attempt.openedAt !== null) this.options.onIdle(attempt.subs.map((sub) => sub.stream))
    this.onEnded(attempt, null)
  }

  private onOpen(attempt: Attempt, control: Control): void {
    const before = this.current
    const lost = this.status.lostAt !== null
    this.current = attempt
    if (this.next === attempt) this.next = null
    if (before) giveUp(before)
    attempt.openedAt = this.now()
    this.update({
      phase: 'live',
      lostAt: null,
      retryAt: null,
      sourceAway: false,
      heartbeatMs: control.heartbeatMs ?? DEFAULT_HEARTBEAT_MS,
      refusedStreams: [],
    })
    const carried = new Set(before?.subs.map((sub) => sub.name))
    const streams = attempt.subs.filter((sub) => !carried.has(sub.name)).map((sub) => sub.stream)
    if (lost || (this.hasDelivered && !before)) this.options.onReconnected(attempt.subs.map((sub) => sub.stream))
    else if (streams.length > 0) this.options.onBehind(streams)
    this.hasDelivered = true
  }

  private onControl(attempt: Attempt, control: Control): void {
    switch (control.type) {
      case 'stream.gap':
        this.options.onBehind(control.stream ? [control.stream] : attempt.subs.map((sub) => sub.stream))
        break
      case 'stream.status':
        this.update({ sourceAway: control.kafka === 'away' })
        break
      case 'stream.reconnect':
        this.startIn(control.afterMs ?? 0)
        break
      case 'stream.unavailable':
        this.onUnavailable(attempt, control)
        break
      case 'stream.unauthorized':
        this.onUnauthorized(control)
        break
    }
  }

  private onUnavailable(attempt: Attempt, control: Control): void {
    const delay = (control.afterMs ?? 1000) * (1 + this.random() / 4)
    // Before it opened, this ends the whole connection; afterwards only the stream it names.
    if (attempt.openedAt === null || control.sub === null) attempt.unavailableMs = delay
    else if (this.timer === undefined) this.startIn(delay)
  }

  private onUnauthorized(control: Control): void {
    if (control.stream === null) {
      this.signOut()
      return
    }
    this.update({ refusedStreams: [...new Set([...this.status.refusedStreams, control.stream])] })
  }

  private onData(attempt: Attempt, frame: Frame): void {
    const envelope = this.options.wire.read(frame, attempt.subs)
    if (envelope) this.options.onEnvelope(envelope)
  }

  private onEnded(attempt: Attempt, failure: unknown): void {
    if (attempt === this.current) this.current = null
    else if (attempt === this.next) this.next = null
    else return
    if (failure instanceof StreamRefused && failure.status === 401) {
      this.signOut()
      return
    }
    if (failure instanceof StreamRefused && (failure.status === 403 || failure.status === 422)) {
      this.stop()
      this.update({ phase: 'refused', retryAt: null, refusedStreams: attempt.subs.map((sub) => sub.stream) })
      return
    }
    if (attempt.openedAt !== null && this.now() - attempt.openedAt >= HEALTHY_MS) this.backoff.reset()
    if (!this.current) this.update({ phase: this.hasDelivered ? 'catching-up' : 'connecting', lostAt: this.status.lostAt ?? this.now() })
    // An announced reconnect has its own time, and a successor may be opening already.
    if (this.timer === undefined && this.next === null) this.startIn(attempt.unavailableMs ?? this.backoff.next())
  }

  private signOut(): void {
    this.stop()
    this.update({ phase: 'signed-out', retryAt: null })
    this.options.onSignedOut()
  }

  private startIn(delayMs: number): void {
    clearTimeout(this.timer)
    if (!this.current) this.update({ retryAt: this.now() + delayMs })
    this.timer = setTimeout(() => {
      this.start()
    }, delayMs)
  }

  private update(change: Partial<ConnectionStatus>): void {
    const status = { ...this.status, ...change }
    const degraded = isDegraded(status)
    this.status = degraded ? status : { ...status, isPolling: false }
    this.fallback.watch(degraded)
    this.listeners.forEach((listener) => {
      listener()
    })
  }
}
