// The page's streams. The root-scoped ones (events, apis, apis.events, workers) are opened here, by route; a page's own
// are mounted by its components with `usePageStream`. One connection carries all, or each has its own: `transport`.
import { notifyManager, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'
import { applyEnvelope } from '@/components/providers/live-table'
import type { StreamName } from '@/generated/inventory'
import { invalidateStreams } from '@/lib/cache-targets'
import { authorization, credential } from '@/lib/credential'
import { transport, usePreference } from '@/lib/preference'
import { Batch } from '@/lib/stream/batch'
import { combinedTransport } from '@/lib/stream/combined-transport'
import type { ConnectionOptions, ConnectionStatus, Transport } from '@/lib/stream/connection'
import { pauseWhileHidden } from '@/lib/stream/hidden-pause'
import type { Envelope } from '@/lib/stream/messages'
import { writtenTogether } from '@/lib/stream/patch'
import { rootStreamsFor } from '@/lib/stream/root-streams'
import { SingleTransport } from '@/lib/stream/single-transport'
import { subFor, uniqueSubs, type StreamParams, type Sub } from '@/lib/stream/subs'
import { throttled } from '@/lib/throttle'
import { useActions } from '@/ui/actions'

/** Late enough to draw many events at once, early enough to be seen as they happen. */
const BATCH_MS = 100
/** A frame has 16 ms; drawing needs its part. */
const BATCH_BUDGET_MS = 8
/** Seconds of a busy system: who is further behind than that reads anew, and holds no more than this. */
const BATCH_LIMIT = 2_000
const RESYNC_INTERVAL_MS = 5000
const HIDDEN_PAUSE_MS = 60_000

type TransportKind = ReturnType<typeof transport.read>

export class PageStreams {
  private readonly pageSubs = new Map<symbol, Sub>()
  private rootSubs: readonly Sub[] = []
  private subsByName: ReadonlyMap<string, Sub> = new Map()
  private behind = new Set<StreamName>()
  private changed = false
  private isOpen = false

  readonly connection: Transport

  private readonly batch = new Batch<Envelope>({
    intervalMs: BATCH_MS,
    budgetMs: BATCH_BUDGET_MS,
    limit: BATCH_LIMIT,
    apply: (envelope) => {
      const sub = this.subsByName.get(envelope.sub)
      if (sub) applyEnvelope(this.client, sub, envelope)
    },
    together: (work) => {
      notifyManager.batch(() => {
        writtenTogether(this.client, work)
      })
    },
    onOverflow: () => {
      this.resync([...this.subsByName.values()].map((sub) => sub.stream))
    },
  })

  private readonly readAgain = throttled(RESYNC_INTERVAL_MS, () => {
    invalidateStreams(this.client, this.behind)
    this.behind = new Set()
  })

  private readonly resync = (streams: readonly StreamName[]): void => {
    streams.forEach((stream) => this.behind.add(stream))
    this.readAgain()
  }

  constructor(
    private readonly client: QueryClient,
    { transport: kind, idleTimeoutMs }: { readonly transport: TransportKind; readonly idleTimeoutMs: number | null },
  ) {
    const options: Omit<ConnectionOptions, 'wire'> = {
      fetch: (url, init) => fetch(url, init),
      headers: () => authorization(credential.get().key),
      idleTimeoutMs,
      onEnvelope: (envelope) => {
        this.batch.add(envelope)
      },
      onBehind: (streams) => {
        invalidateStreams(client, streams)
      },
      onReconnected: this.resync,
      onIdle: this.resync,
      onPoll: (streams) => {
        // An answer slower than the interval is waited for: cancelled each time, it would never come.
        invalidateStreams(client, streams, { cancelRefetch: false })
      },
      onSignedOut: () => {
        credential.refuse(credential.get().key)
      },
    }
    this.connection = kind === 'single' ? new SingleTransport(options) : combinedTransport(options)
  }

  setRoute(pathname: string): void {
    this.isOpen = true
    this.rootSubs = rootStreamsFor(pathname).map((stream) => subFor(stream))
    this.schedule()
  }

  mount(sub: Sub): () => void {
    const mounted = Symbol(sub.name)
    this.pageSubs.set(mounted, sub)
    this.schedule()
    return () => {
      this.pageSubs.delete(mounted)
      this.schedule()
    }
  }

  close(): void {
    this.isOpen = false
    this.batch.clear()
    this.readAgain.cancel()
    this.connection.close()
  }

  // A route change unmounts and mounts within one turn: that is one change of the set, not several.
  private schedule(): void {
    if (this.changed) return
    this.changed = true
    setTimeout(() => {
      this.changed = false
      // Components leave after what they stand in: what they give back must not open it again.
      if (!this.isOpen) return
      const subs = uniqueSubs([...this.rootSubs, ...this.pageSubs.values()])
      this.subsByName = new Map(subs.map((sub) => [sub.name, sub]))
      this.connection.setSubs(subs)
    }, 0)
  }
}

const PageStreamsContext = createContext<PageStreams | null>(null)

function usePageStreams(): PageStreams {
  const streams = useContext(PageStreamsContext)
  if (!streams) throw new Error('EventStreamProvider is missing above this component.')
  return streams
}

interface EventStreamProviderProps {
  readonly children: ReactNode
  /** How long a hidden tab keeps its connection; null: for good. */
  readonly hiddenPauseMs?: number | null
  /** How long a connection may be silent, heartbeats included, before it is opened anew; null: as long as its heartbeat allows. */
  readonly idleTimeoutMs?: number | null
}

export function EventStreamProvider(props: EventStreamProviderProps) {
  const kind = usePreference(transport)
  useActions([
    {
      id: 'transport',
      label: kind === 'combined' ? 'Give each stream a connection of its own' : 'Carry all streams by one connection',
      group: 'Streams',
      run: () => {
        transport.choose(kind === 'combined' ? 'single' : 'combined')
      },
    },
  ])
  return <Streams key={kind} kind={kind} {...props} />
}

function Streams({ kind, children, hiddenPauseMs = HIDDEN_PAUSE_MS, idleTimeoutMs = null }: EventStreamProviderProps & { readonly kind: TransportKind }) {
  const client = useQueryClient()
  const [streams] = useState(() => new PageStreams(client, { transport: kind, idleTimeoutMs }))
  const pathname = useRouterState({ select: (state) => state.location.pathname })

  useEffect(() => {
    streams.setRoute(pathname)
  }, [streams, pathname])
  useEffect(() => watchTheWorld(streams), [streams])
  useEffect(
    () => (hiddenPauseMs === null ? undefined : pauseWhileHidden(document, streams.connection, hiddenPauseMs)),
    [streams, hiddenPauseMs],
  )

  return <PageStreamsContext value={streams}>{children}</PageStreamsContext>
}

/** A new key, or a network that says it is back, is worth a try at once. */
function watchTheWorld(streams: PageStreams): () => void {
  const { connection } = streams
  let key = credential.get().key
  const unsubscribe = credential.subscribe(() => {
    const now = credential.get().key
    if (now !== null && now !== key) connection.resume()
    key = now
  })
  const onOnline = (): void => {
    if (connection.getStatus().phase === 'catching-up') connection.resume()
  }
  window.addEventListener('online', onOnline)
  return () => {
    unsubscribe()
    window.removeEventListener('online', onOnline)
    streams.close()
  }
}

/** Mounts a page-scoped stream for as long as the component is. */
export function usePageStream(stream: StreamName, params: StreamParams): void {
  const streams = usePageStreams()
  const spelled = JSON.stringify(params)
  const sub = useMemo(() => {
    const same: StreamParams = JSON.parse(spelled)
    return subFor(stream, same)
  }, [stream, spelled])
  useEffect(() => streams.mount(sub), [streams, sub])
}

export function useConnection(): { connection: Transport; status: ConnectionStatus } {
  const { connection } = usePageStreams()
  return { connection, status: useSyncExternalStore(connection.subscribe, connection.getStatus) }
}
