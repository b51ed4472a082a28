import { expect, test } from 'vitest'
import { readSse, StreamRefused, type Frame } from '@/lib/stream/sse-client'

const bytes = (...chunks: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      chunks.forEach((chunk) => {
        controller.enqueue(new TextEncoder().encode(chunk))
      })
      controller.close()
    },
  })

async function read(response: Response, lastEventId: string | null = null) {
  const frames: Frame[] = []
  const retries: number[] = []
  let sent = new Headers()
  await readSse(
    {
      url: '/s',
      lastEventId,
      headers: {},
      signal: new AbortController().signal,
      onFrame: (frame) => frames.push(frame),
      onRetry: (ms) => retries.push(ms),
    },
    (_, init) => {
      sent = new Headers(init.headers)
      return Promise.resolve(response)
    },
  )
  return { frames, retries, sent }
}

const stream = (...chunks: string[]): Response => new Response(bytes(...chunks), { headers: { 'Content-Type': 'text/event-stream' } })

test('frames survive any cut of the bytes', async () => {
  const { frames, retries } = await read(stream('retry: 2000\nid: a\nev', 'ent: stream.open\ndata: {}', '\n\nid: b\ndata: {"n":', '1}\n\n'))
  expect(retries).toEqual([2000])
  expect(frames).toEqual([
    { id: 'a', event: 'stream.open', data: '{}' },
    { id: 'b', event: null, data: '{"n":1}' },
  ])
})

test('the position is sent as Last-Event-ID', async () => {
  const { sent } = await read(stream(), 'here')
  expect(sent.get('Last-Event-ID')).toBe('here')
})

test.each([
  [new Response(null, { status: 401 }), 401],
  [new Response('<html>', { headers: { 'Content-Type': 'text/html' } }), 502],
])('what is no stream is a refusal', async (response, status) => {
  await expect(read(response)).rejects.toEqual(new StreamRefused(status))
})
