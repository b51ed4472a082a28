// One connection, read to its end: fetch instead of EventSource, because a key travels in a header.
import { createParser } from 'eventsource-parser'

export interface Frame {
  readonly id: string | null
  readonly event: string | null
  readonly data: string
}

export interface SseRequest {
  readonly url: string
  readonly lastEventId: string | null
  readonly headers: Record<string, string>
  readonly signal: AbortSignal
  readonly onFrame: (frame: Frame) => void
  readonly onRetry: (ms: number) => void
}

/** The server answered, but not with a stream. */
export class StreamRefused extends Error {
  override name = 'StreamRefused'
  constructor(readonly status: number) {
    super(`The stream was refused with ${String(status)}.`)
  }
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Resolves when the server ends the stream; rejects when it refuses or the network fails. */
export async function readSse(request: SseRequest, fetcher: Fetch): Promise<void> {
  const response = await fetcher(request.url, {
    headers: {
      Accept: 'text/event-stream',
      ...(request.lastEventId === null ? {} : { 'Last-Event-ID': request.lastEventId }),
      ...request.headers,
    },
    cache: 'no-store',
    signal: request.signal,
  })
  if (!response.ok || !isEventStream(response)) {
    void response.body?.cancel()
    throw new StreamRefused(response.ok ? 502 : response.status)
  }
  if (response.body) await readFrames(response.body, request)
}

const isEventStream = (response: Response): boolean =>
  (response.headers.get('Content-Type') ?? '').startsWith('text/event-stream')

async function readFrames(body: ReadableStream<Uint8Array>, request: SseRequest): Promise<void> {
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      if (!request.signal.aborted) request.onFrame({ id: id ?? null, event: event ?? null, data })
    },
    onRetry: request.onRetry,
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    parser.feed(decoder.decode(value, { stream: true }))
  }
}
