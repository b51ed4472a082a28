// A query's answer, or the right kind of nothing in its place. Data that was once read stays, dimmed and dated.
import type { UseQueryResult } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { ApiProblem, BackendAway, fieldProblem } from '@/lib/api-client'
import { clockTime } from '@/lib/format'
import { wrongs } from '@/lib/wrongs'
import { NextTry, useTriedAgain } from '@/ui/next-try'
import { NoPermission, NotFound, Nothing } from '@/ui/nothing'
import { Instant } from '@/ui/time'

interface QueryViewProps<T> {
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'dataUpdatedAt' | 'errorUpdatedAt' | 'isFetching'> & { readonly refetch: () => Promise<unknown> }
  readonly reserve?: number
  readonly children: (data: T) => ReactNode
}

export function QueryView<T>({ query, reserve = 120, children }: QueryViewProps<T>) {
  const { data, refetch } = query
  const error = useLastError(query)
  const isAway = error !== null && isOutOfReach(error)
  const nextAt = useTriedAgain(query, isAway)

  if (data !== undefined && !error) return children(data)
  if (data !== undefined && isAway)
    return (
      <Stale readAt={query.dataUpdatedAt} nextAt={nextAt}>
        {children(data)}
      </Stale>
    )
  if (error) return <Failure error={error} nextAt={nextAt} onRetry={() => void refetch()} />
  return <Loading reserve={reserve} />
}

export const Loading = ({ reserve = 120 }: { reserve?: number }) => <div className="loading" style={{ minHeight: reserve }} role="status" aria-label="Loading" />

/** What nothing was ever read of has no error either while it is asked again: what is said of it stays until there is an answer. */
function useLastError({ error, errorUpdatedAt, isFetching, data }: Pick<QueryViewProps<unknown>['query'], 'error' | 'errorUpdatedAt' | 'isFetching' | 'data'>): Error | null {
  const [last, setLast] = useState(error)
  if (error !== null && error !== last) setLast(error)
  return error ?? (data === undefined && isFetching && errorUpdatedAt > 0 ? last : null)
}

interface StaleProps {
  readonly readAt: number
  readonly nextAt: number | null
  readonly children: ReactNode
}

function Stale({ readAt, nextAt, children }: StaleProps) {
  return (
    <>
      <p className="stale-note" role="status">
        Out of reach. Data from <Instant at={readAt}>{clockTime(readAt)}</Instant>; <NextTry at={nextAt} />. <AskWhy />
      </p>
      <div className="stale">{children}</div>
    </>
  )
}

/** Nothing answered, or what answered says that it cannot now. */
const isOutOfReach = (error: Error): boolean => error instanceof BackendAway || (error instanceof ApiProblem && error.status >= 500 && !error.isNotAvailableYet)

interface FailureProps {
  readonly error: Error
  /** When it is tried again by itself, null for now; not given where it never is. */
  readonly nextAt?: number | null
  readonly onRetry: () => void
}

export function Failure({ error, nextAt, onRetry }: FailureProps) {
  if (error instanceof BackendAway) return <Away title="The server is out of reach" detail={error.message} nextAt={nextAt} onRetry={onRetry} />
  if (!(error instanceof ApiProblem)) return <Surprise error={error} onRetry={onRetry} />
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
        <p className="first-capital">{outside}.</p>
      </Nothing>
    )
  if (error.status >= 500) return <Away title="The server cannot answer now" detail={`${error.message} (${error.code})`} nextAt={nextAt} onRetry={onRetry} />
  return (
    <Nothing kind="refused" title="The server does not take this question">
      {error.message}
    </Nothing>
  )
}

interface AwayProps extends Omit<FailureProps, 'error'> {
  readonly title: string
  readonly detail: string
}

function Away({ title, detail, nextAt, onRetry }: AwayProps) {
  return (
    <Nothing kind="away" title={title}>
      <p>{detail}</p>
      {nextAt === undefined ? null : (
        <p className="first-capital">
          <NextTry at={nextAt} />.
        </p>
      )}
      <button type="button" className="button" onClick={onRetry}>
        Try now
      </button>{' '}
      <AskWhy />
    </Nothing>
  )
}

/** Leads to what was tried of each part of the server, and what it likely comes from. */
export const AskWhy = () => (
  <button type="button" className="link-button" onClick={wrongs.ask}>
    What is wrong?
  </button>
)

function Surprise({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <Nothing kind="refused" title="This page met an error it did not expect">
      <p>{error.message}</p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </Nothing>
  )
}
