import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import type { ComponentProps } from 'react'
import { useWindow } from '@/components/use-range'
import { useSort } from '@/components/use-sort'
import { apiActivityQuery, apisQuery, type ApiList } from '@/features/apis/api'
import { ApiTable } from '@/features/apis/api-table'
import { apiFiguresQuery, apisOfDay, apisOfRange, figuresText } from '@/features/apis/figures'
import type { ApiFiguresList } from '@/generated/rest'
import { requestSearch, USUAL_API_SORT } from '@/features/apis/request-search'
import { Beneath, FirstApiSteps, useWasEmpty } from '@/features/first-steps/first-steps'
import type { Timed } from '@/lib/timed-query'
import { Nothing } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { PickableRequests } from './-components/request-panel'

export const Route = createFileRoute('/apis/')({
  validateSearch: requestSearch,
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(apisQuery())
  },
  component: Apis,
})

function Apis() {
  const apis = useQuery(apisQuery())
  const shown = useWindow()
  const figures = useQuery({ ...apiFiguresQuery(shown), enabled: shown !== null })
  const search = Route.useSearch()
  const isNew = useWasEmpty(apis.data?.total === 0)
  return (
    <>
      <PageHead title="APIs" scope="HTTP services that report their requests" />
      <div className="stack">
        <Beneath steps={isNew ? <FirstApiSteps /> : null}>
          <Panel
            title="All APIs"
            className="panel-two"
            aside={apis.data ? <span className="num">{shown && figures.data ? figuresText(apis.data.total, figures.data.data) : `${String(apis.data.total)}, figures of now and 24 h`}</span> : null}
          >
            <QueryView query={apis} reserve={64}>
              {(data) =>
                data.apis.length > 0 ? (
                  <ApisOfRange apis={data.apis} figures={shown ? figures : null} />
                ) : (
                  <Nothing kind="never" title="No API has reported yet. One appears here as soon as it starts." />
                )
              }
            </QueryView>
          </Panel>
          {apis.isPending ? null : <PickableRequests search={search} />}
        </Beneath>
      </div>
    </>
  )
}

/** Live, and until the range is read, with the figures of now and 24 hours. */
function ApisOfRange({ apis, figures }: Pick<ApiList, 'apis'> & { figures: UseQueryResult<Timed<ApiFiguresList>> | null }) {
  const { data: activity } = useQuery(apiActivityQuery())
  if (!figures || figures.isPending) return <Table apis={apisOfDay(apis, activity)} isLive />
  return <QueryView query={figures}>{({ data }) => <Table apis={apisOfRange(apis, data)} isLive={false} />}</QueryView>
}

function Table(props: Pick<ComponentProps<typeof ApiTable>, 'apis' | 'isLive'>) {
  return <ApiTable {...props} {...useSort(USUAL_API_SORT)} />
}
