import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { failuresQuery } from '@/features/jobs/api'
import { FAILED, type SavedView, type View } from '@/features/views/views'
import { count } from '@/lib/format'
import { readAt } from '@/lib/range'

/** Part of its time may be yet to come: its address says the same when there is more. */
const isGrowing = ({ search }: View): boolean => search.before !== undefined

/** What a link is called active for by itself is no more than what a view is shown for. */
const WHOLE = { exact: true, includeSearch: true } as const

interface ViewLinkProps {
  readonly view: View | SavedView
  readonly isShown: boolean
  readonly onGo?: () => void
}

export function ViewLink({ view, isShown, onGo }: ViewLinkProps) {
  const id = 'id' in view ? view.id : undefined
  if ('id' in view && view.isHidden)
    return (
      <span className="view-hidden" title="It asks for values of arguments, which take the scope payloads:read to see.">
        {view.name}
      </span>
    )
  return (
    <Link
      to="/jobs"
      search={{ ...view.search, view: id }}
      aria-current={isShown ? 'page' : undefined}
      activeOptions={WHOLE}
      title={view.note ?? (id === undefined ? undefined : view.name)}
      onClick={() => {
        if (isGrowing(view)) readAt.refresh()
        onGo?.()
      }}
    >
      <span className="view-name">{view.name}</span>
      {view === FAILED ? <FailureCount /> : null}
    </Link>
  )
}

function FailureCount() {
  const { data } = useQuery(failuresQuery())
  return data ? <span className="num faint">{`${count(data.total)}${data.total_exact ? '' : '+'}`}</span> : null
}
