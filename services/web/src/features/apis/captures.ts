// The bodies of one request as people read them.
import type { CapturedBody } from '@/generated/rest'

const WHY: Record<NonNullable<CapturedBody['left_out']>, string> = {
  type: 'Left out: it is neither JSON, a form nor text.',
  encoded: 'Left out: it passed compressed.',
  too_large: 'Left out: it is larger than what is read to be masked.',
  unreadable: 'Left out: it is not what it says it is, so it could not be masked.',
}

/** Why nothing of a body is shown; null where its text is. */
export const leftOutText = ({ left_out: why }: CapturedBody): string | null => (why ? WHY[why] : null)

/** A document a line for each of its fields; anything else, and what was cut, as it is. */
export function bodyText({ text, is_cut: isCut, content_type: type }: CapturedBody): string {
  if (!text || isCut || !type.endsWith('json')) return text ?? ''
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
