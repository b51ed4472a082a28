// What came of each instant a schedule was due, as marks: the newest first.
import type { Fire } from '@/features/schedules/api'
import { NOTABLY_LATE_MS } from '@/features/schedules/late'
import { count, duration } from '@/lib/format'
import { statusWord } from '@/ui/status'

export type FireKind = Exclude<NonNullable<Fire['status']>, 'pending'> | 'skipped' | 'missed' | 'gone'

export interface FireMark {
  readonly key: string
  readonly kind: FireKind
  /** The instant it was due; of missed ones, that which stands for them. */
  readonly at: string
  readonly jobId: string | null
  /** Of its job, as far as it is known. */
  readonly durationMs: number | null
  /** From the instant to when it was acted on. */
  readonly lateMs: number
  /** How many instants this is: more than one only of missed ones. */
  readonly many: number
}

export const keyOf = ({ key }: FireMark): string => key

/** No more than so many are counted, of those that went by. */
const MOST_MISSED = 1000

/** Missed instants are a mark of their own, before the fire that stands for them. */
export const marksOf = (fires: readonly Fire[]): readonly FireMark[] =>
  fires.flatMap((fire) => {
    const mark: FireMark = { key: fire.at, kind: kindOf(fire), at: fire.at, jobId: fire.job_id, durationMs: fire.duration_ms, lateMs: Date.parse(fire.fired_at) - Date.parse(fire.at), many: 1 }
    return fire.missed === 0 ? [mark] : [mark, { ...mark, key: `${fire.at} missed`, kind: 'missed', jobId: null, durationMs: null, many: fire.missed }]
  })

function kindOf({ outcome, status }: Fire): FireKind {
  if (outcome === 'skipped') return 'skipped'
  return status === 'pending' ? 'queued' : (status ?? 'gone')
}

/** A mark leads to its job as long as that is kept. */
export const doorOf = ({ kind, jobId }: FireMark): string | null => (kind === 'gone' ? null : jobId)

const manyText = (many: number): string => `${count(many)}${many >= MOST_MISSED ? ' or more' : ''}`

/** What became of it, after its word. */
export function noteOf(mark: FireMark): string {
  switch (mark.kind) {
    case 'skipped':
      return 'the job before had not ended'
    case 'missed':
      return `${manyText(mark.many)} ${mark.many === 1 ? 'instant' : 'instants'} before went by while nobody was there`
    case 'gone':
      return 'its job is too old to be kept'
    default:
      return [mark.durationMs === null ? '' : `${mark.kind === 'failed' ? 'after' : 'took'} ${duration(mark.durationMs)}`, lateText(mark)].filter(Boolean).join(', ')
  }
}

export const lateText = ({ lateMs }: FireMark): string => (lateMs >= NOTABLY_LATE_MS ? `${duration(lateMs)} late` : '')

export const markText = (mark: FireMark, clock: (at: string) => string): string => [`${clock(mark.at)}: ${statusWord(mark.kind).toLowerCase()}`, noteOf(mark)].filter(Boolean).join(', ')

const ORDER: readonly FireKind[] = ['complete', 'failed', 'active', 'retrying', 'queued', 'cancelled', 'skipped', 'missed', 'gone']

/** How many of each kind there are, those that are none left out. */
export const countsOf = (marks: readonly FireMark[]): readonly { readonly kind: FireKind; readonly many: number }[] =>
  ORDER.map((kind) => ({ kind, many: marks.reduce((sum, mark) => sum + (mark.kind === kind ? mark.many : 0), 0) })).filter(({ many }) => many > 0)
