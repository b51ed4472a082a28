// A fact about one job: what `events` says, told apart by `type`.
import type { LiveEvents } from '@/lib/stream/live'

export type JobEventType = Extract<keyof LiveEvents, `job.${string}`>
export type JobEvent = LiveEvents[JobEventType]
