import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { count } from '@/lib/format'
import type { TimeWindow } from '@/lib/range'
import type { Timed } from '@/lib/timed-query'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

interface HoursPanelProps<T> {
  readonly title: string
  readonly query: UseQueryResult<Timed<T>>
  readonly shown: TimeWindow | null
  /** What is counted, where the title does not say it. */
  readonly of?: string
  readonly children: (data: T) => ReactNode
}

/** What is counted by the hour: how many in all, and of which time that is. */
export function HoursPanel<T extends { readonly total: number }>({ title, query, shown, of = '', children }: HoursPanelProps<T>) {
  const total = query.data?.data.total
  const when = shown ? 'in the hours of this range' : 'in 24 hours'
  return (
    <Panel title={title} aside={total ? <span className="num">{[count(total), of, when].filter(Boolean).join(' ')}</span> : when}>
      <QueryView query={query} reserve={96}>
        {({ data }) => children(data)}
      </QueryView>
    </Panel>
  )
}
