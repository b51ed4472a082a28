// The request log: live the newest, as they come; of a window all of them, page by page.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { requestPagesQuery, requestsQuery, type ApiRequestPage } from '@/features/apis/api'
import { narrowestRequests, type RequestFilter } from '@/features/apis/request-filter'
import { RequestFilters } from '@/features/apis/request-filters'
import { RequestTable } from '@/features/apis/request-table'
import { count, momentText } from '@/lib/format'
import { LIVE_LIST_LIMIT } from '@/lib/live-rules'
import type { TimeWindow } from '@/lib/range'
import { LookedBack, NotSoFar } from '@/ui/looked-back'
import { FilteredOut, Nothing } from '@/ui/nothing'
import { QueryView } from '@/ui/query-view'
import { Instant } from '@/ui/time'

interface RequestLogProps {
  readonly filter: RequestFilter
  readonly shown: TimeWindow | null
  /** The request shown beside it, as an address names it. */
  readonly opened: string | undefined
  readonly onOpen: (place: string | undefined) => void
  readonly onChange: (filter: RequestFilter) => void
  /** Shows what was before an instant. */
  readonly onLookBefore: (at: number) => void
}

export function RequestLog(props: RequestLogProps) {
  return (
    <>
      <RequestFilters filter={props.filter} onChange={props.onChange} />
      {props.shown ? <WindowLog {...props} shown={props.shown} /> : <LiveLog {...props} />}
    </>
  )
}

function LiveLog({ filter, opened, onOpen, onChange, onLookBefore }: RequestLogProps) {
  const requests = useQuery(requestsQuery(filter))
  return (
    <QueryView query={requests} reserve={520}>
      {({ events, scanned_until: until }) => {
        const back = until === null || events.length >= LIVE_LIST_LIMIT ? null : { until, onMore: () => { onLookBefore(Date.parse(until)) } }
        if (events.length === 0) return back ? <NotSoFar noun="request" {...back} /> : <NoRequests filter={filter} onChange={onChange} shown={null} />
        return (
          <>
            <RequestTable requests={events} isOfOne={filter.api_name !== undefined} isLive opened={opened} onOpen={onOpen} />
            {back ? <LookedBack {...back} /> : null}
          </>
        )
      }}
    </QueryView>
  )
}

function WindowLog({ filter, shown, opened, onOpen, onChange }: RequestLogProps & { readonly shown: TimeWindow }) {
  const pages = useInfiniteQuery(requestPagesQuery(filter, shown))
  return (
    <QueryView query={pages} reserve={520}>
      {(data) => {
        const requests = data.pages.flatMap(({ events }) => events)
        const scannedUntil = data.pages.at(-1)?.scanned_until
        if (requests.length === 0 && pages.hasNextPage && scannedUntil) return <NotSoFar noun="request" until={scannedUntil} isLooking={pages.isFetchingNextPage} onMore={() => void pages.fetchNextPage()} />
        if (requests.length === 0) return <NoRequests filter={filter} onChange={onChange} shown={shown} keptSince={data.pages[0]?.kept_since} />
        return (
          <>
            <RequestTable requests={requests} isOfOne={filter.api_name !== undefined} isLive={false} opened={opened} onOpen={onOpen} />
            <p className="table-foot num">
              Showing {count(requests.length)} of {totalOf(data.pages[0], requests.length)}
              {pages.hasNextPage ? (
                <button type="button" className="link-button" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                  Show older
                </button>
              ) : null}
            </p>
          </>
        )
      }}
    </QueryView>
  )
}

/** Of how many: where not all were counted, turning pages may have shown more than that. */
const totalOf = (page: ApiRequestPage | undefined, shown: number): string =>
  page?.total_exact === false ? `at least ${count(Math.max(page.total ?? 0, shown))}` : count(page?.total)

function NoRequests({ filter, shown, keptSince, onChange }: Pick<RequestLogProps, 'filter' | 'shown' | 'onChange'> & { readonly keptSince?: string | undefined }) {
  if (shown && keptSince !== undefined && shown.before <= Date.parse(keptSince))
    return (
      <Nothing kind="outside" title="This range is older than the log of requests">
        Single requests are kept since <Instant at={keptSince}>{momentText(Date.parse(keptSince))}</Instant>; figures and charts reach further back.
      </Nothing>
    )
  const drop = narrowestRequests(filter)
  if (drop)
    return (
      <FilteredOut
        title="No request matches"
        filter={drop.name}
        onDrop={() => {
          onChange(drop.without)
        }}
      />
    )
  if (shown) return <Nothing kind="none" title="No request was seen in this range." />
  return (
    <Nothing kind="never" title="No request has been seen yet">
      Requests appear here within a second of being answered.
    </Nothing>
  )
}
