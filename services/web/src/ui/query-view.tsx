// A query's answer, or the right kind of nothing in its place. Data that was once read stays, dimmed and dated.
import type { UseQueryResult } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { ApiProblem, fieldProblem } from '@/lib/api-client'
import { clockTime } from '@/lib/format'
import { NoPermission, NotFound, Nothing } from '@/ui/nothing'
import { Instant } from '@/ui/time'

const RETRY_MS = 5000

interface QueryViewProps<T> {
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'dataUpdatedAt'> & { readonly refetch: () => Promise<unknown> }
  readonly reserve?: number
  readonly children: (data: T) => ReactNode
}

export function QueryView<T>({ query, reserve = 120, children }: QueryViewProps<T>) {
  const { data, error, refetch } = query
  const isAway = error !== null && isOutOfReach(error)
  useEffect(() => {
    if (!isAway) return
    const timer = setInterval(() => void refetch(), RETRY_MS)
    return () => {
      clearInterval(timer)
    }
  }, [isAway, refetch])

  if (data !== undefined && !error) return children(data)
  if (data !== undefined && isAway) return <Stale readAt={query.dataUpdatedAt}>{children(data)}</Stale>
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  return <div className="loading" style={{ minHeight: reserve }} role="status" aria-label="Loading" />
}

function Stale({ readAt, children }: { readAt: number; children: ReactNode }) {
  return (
    <>
      <p className="stale-note" role="status">
        The server is out of reach. Showing data from <Instant at={readAt}>{clockTime(readAt)}</Instant>.
      </p>
      <div className="stale">{children}</div>
    </>
  )
}

/** Nothing answered, or what answered says that it cannot now. */
const isOutOfReach = (error: Error): boolean => !(error instanceof ApiProblem) || (error.status >= 500 && !error.isNotAvailableYet)

export function Failure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (!(error instanceof ApiProblem)) return <Away title="The server is out of reach" detail={error.message} onRetry={onRetry} />
  if (error.status === 401) return <NoPermission detail="Sign in to see this." />
  if (error.status === 403) return <NoPermission detail={error.message} />
  if (error.status === 404) return <NotFound detail={error.message} />
  if (error.isNotAvailableYet)
    return (
      <Nothing kind="later" title="Not available yet">
        {error.message}
      </Nothing>
    )
  const outside = fieldProblem(error, 'after')
  if (outside !== null)
    return (
      <Nothing kind="outside" title="This range is outside what is kept">
        {outside}
      </Nothing>
    )
  if (error.status >= 500) return <Away title="The server cannot answer now" detail={`${error.message} (${error.code})`} onRetry={onRetry} />
  return (
    <Nothing kind="refused" title="The server does not take this question">
      {error.message}
    </Nothing>
  )
}

function Away({ title, detail, onRetry }: { title: string; detail: string; onRetry: () => void }) {
  return (
    <Nothing kind="away" title={title}>
      <p>{detail} This page asks again every {RETRY_MS / 1000} s.</p>
      <button type="button" className="button" onClick={onRetry}>
        Try now
      </button>
    </Nothing>
  )
}
