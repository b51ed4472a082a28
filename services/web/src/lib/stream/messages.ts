// Frames become messages here, checked where they enter: the rest of the app sees only known words.
import { STREAMS, type StreamName } from '@/generated/inventory'
import type { StreamEnvelope } from '@/generated/payloads'
import { isRecord } from '@/lib/record'
import type { Frame } from '@/lib/stream/sse-client'

export type StreamEvent = StreamEnvelope['data']
export type Envelope = Readonly<StreamEnvelope>

export interface Control {
  readonly type: string
  readonly sub: string | null
  readonly stream: StreamName | null
  readonly afterMs: number | null
  readonly heartbeatMs: number | null
  readonly kafka: string | null
  readonly subs: readonly string[]
}

const TYPES: ReadonlySet<string> = new Set(Object.values(STREAMS).flatMap((stream) => stream.types))

const isStreamName = (value: unknown): value is StreamName => typeof value === 'string' && value in STREAMS
// A payload is as its `type` says: the edge checks each against the schema these types are made from.
const isEvent = (value: unknown): value is StreamEvent => isRecord(value) && typeof value.type === 'string' && TYPES.has(value.type)
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)

function parse(data: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(data)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

/** Null for an event this build does not know yet: a newer server may say more than an older page understands. */
export function readEnvelope(frame: Frame): Envelope | null {
  const message = parse(frame.data)
  if (!message || !isStreamName(message.stream) || typeof message.sub !== 'string' || !isEvent(message.data)) return null
  return { stream: message.stream, sub: message.sub, data: message.data }
}

/** What a stream's own endpoint sends has no envelope: whose it is, is known by the connection. */
export function readEvent(frame: Frame, sub: { readonly name: string; readonly stream: StreamName }): Envelope | null {
  const event = parse(frame.data)
  return isEvent(event) ? { stream: sub.stream, sub: sub.name, data: event } : null
}

export function readControl(frame: Frame): Control | null {
  if (!frame.event?.startsWith('stream.')) return null
  const message = parse(frame.data) ?? {}
  return {
    type: frame.event,
    sub: text(message.sub),
    stream: isStreamName(message.stream) ? message.stream : null,
    afterMs: number(message.after_ms),
    heartbeatMs: number(message.heartbeat_ms),
    kafka: text(message.kafka),
    subs: Array.isArray(message.subs) ? message.subs.flatMap((sub: unknown) => (isRecord(sub) ? (text(sub.sub) ?? []) : [])) : [],
  }
}
