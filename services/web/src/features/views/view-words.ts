// What a view shows, in words: beside its name, which may say less.
import { wordsOf } from '@/features/jobs/filter-words'
import { filterIn } from '@/features/jobs/job-filter'
import type { View } from '@/features/views/views'
import { spanOfTime } from '@/lib/format'
import { rangeOf } from '@/lib/range'

export function viewText({ search }: Pick<View, 'search'>): string {
  const words = wordsOf(filterIn(search)).map(({ text }) => text)
  const range = rangeOf(search)
  if (range.kind === 'span') words.push(`Last ${range.span}`)
  if (range.kind === 'custom') words.push(spanOfTime(range.after, range.before))
  return words.length > 0 ? words.join(' · ') : 'Every job'
}
