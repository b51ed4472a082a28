// A stream server for tests: each connection is held open and spoken through by hand.
export interface ServedConnection {
  readonly url: string
  readonly headers: Headers
  readonly say: (text: string) => Promise<void>
  readonly end: () => Promise<void>
  readonly isAborted: () => boolean
}

export class StreamServer {
  readonly served: ServedConnection[] = []
  private readonly refusals: (number | 'network')[] = []

  refuseNext(...refusals: (number | 'network')[]): void {
    this.refusals.push(...refusals)
  }

  get last(): ServedConnection {
    const last = this.served.at(-1)
    if (!last) throw new Error('No connection was opened.')
    return last
  }

  fetch = (url: string, init: RequestInit): Promise<Response> => {
    const refusal = this.refusals.shift()
    if (refusal === 'network') return Promise.reject(new TypeError('network'))
    if (refusal !== undefined) return Promise.resolve(new Response(null, { status: refusal }))
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const writer = writable.getWriter()
    const encoder = new TextEncoder()
    init.signal?.addEventListener('abort', () => void writer.abort(new DOMException('aborted', 'AbortError')).catch(() => undefined))
    this.served.push({
      url,
      headers: new Headers(init.headers),
      say: (text) => writer.write(encoder.encode(text)),
      end: () => writer.close(),
      isAborted: () => init.signal?.aborted ?? false,
    })
    return Promise.resolve(new Response(readable, { headers: { 'Content-Type': 'text/event-stream; charset=utf-8' } }))
  }
}

export const control = (type: string, data: object = {}, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`

export const event = (stream: string, data: object, id: string): string =>
  `id: ${id}\ndata: ${JSON.stringify({ stream, sub: stream, data })}\n\n`
