// What is written in the form that enqueues a job, and what is asked of the server for it.
import type { EnqueueIn } from '@/generated/rest'
import { ApiProblem } from '@/lib/api-client'
import { isName } from '@/lib/names'

export type When = 'now' | 'delay' | 'time'

export interface Draft {
  readonly when: When
  readonly delay: string
  /** As `<input type="datetime-local">` has it: in the reader's zone. */
  readonly time: string
  readonly priority: string
  readonly idempotencyKey: string
  readonly tags: string
}

export const emptyDraft: Draft = { when: 'now', delay: '60', time: '', priority: '', idempotencyKey: '', tags: '' }

export type Field = 'kwargs' | 'when' | 'priority' | 'idempotency_key' | 'tags'
export type Problems = Partial<Record<Field, string>>

export const MOST_PRIORITY = 9
export const tagsOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean)

/** The wish, or what keeps it from being one, at the field that does. `kwargs` are null while they are not whole, which says itself where they are written. */
export function readDraft(key: string, kwargs: Record<string, unknown> | null, draft: Draft): { readonly wish: EnqueueIn | null; readonly problems: Problems } {
  const tags = tagsOf(draft.tags)
  const problems: Problems = {
    ...whenProblem(draft),
    ...(isPriority(draft.priority) ? {} : { priority: `A whole number from 0 to ${String(MOST_PRIORITY)}.` }),
    ...tagsProblem(tags),
  }
  if (kwargs === null || Object.keys(problems).length > 0) return { wish: null, problems }
  const wish: EnqueueIn = {
    function: key,
    kwargs,
    ...(draft.when === 'delay' ? { delay_s: Number(draft.delay) } : {}),
    ...(draft.when === 'time' ? { scheduled_at: new Date(draft.time).toISOString() } : {}),
    ...(draft.priority.trim() === '' ? {} : { priority: Number(draft.priority) }),
    ...(draft.idempotencyKey.trim() === '' ? {} : { idempotency_key: draft.idempotencyKey.trim() }),
    ...(tags.length > 0 ? { tags } : {}),
  }
  return { wish, problems }
}

function whenProblem({ when, delay, time }: Draft): Problems {
  if (when === 'delay' && !(delay.trim() !== '' && Number(delay) >= 0)) return { when: 'A number of seconds, 0 or more.' }
  if (when === 'time' && Number.isNaN(Date.parse(time))) return { when: 'A day and a time.' }
  return {}
}

const isPriority = (text: string): boolean => text.trim() === '' || /^\s*[0-9]\s*$/.test(text)

function tagsProblem(tags: readonly string[]): Problems {
  const wrong = tags.find((tag) => !isName(tag))
  return wrong === undefined ? {} : { tags: `“${wrong}” is no tag: small letters, digits and . _ - are.` }
}

const FIELDS: Readonly<Record<string, Field>> = { kwargs: 'kwargs', delay_s: 'when', scheduled_at: 'when', priority: 'priority', idempotency_key: 'idempotency_key', tags: 'tags' }

/** What the server has against a wish: at its fields, and what is left over in one sentence. */
export function refusalOf(error: Error | null): { readonly problems: Problems; readonly rest: string | null } {
  if (error === null) return { problems: {}, rest: null }
  if (!(error instanceof ApiProblem)) return { problems: {}, rest: `${error.message} Nothing is lost: run it again when the server is back.` }
  if (error.code === 'idempotency_conflict') return { problems: { idempotency_key: error.message }, rest: null }
  if (error.code === 'missing_scope') return { problems: {}, rest: `${error.message} Ask whoever gave you the key for one that carries it.` }
  const problems: Problems = {}
  for (const { field, message } of error.errors) {
    const name = FIELDS[field.split('.')[0] ?? '']
    if (name !== undefined) problems[name] ??= message
  }
  return { problems, rest: Object.keys(problems).length > 0 ? null : error.message }
}
