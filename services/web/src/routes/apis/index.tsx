import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { apisQuery } from '@/features/apis/api'
import { ApiTable } from '@/features/apis/api-table'
import { RequestLog } from '@/features/apis/request-table'
import { FirstLines, NeverHadData } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

export const Route = createFileRoute('/apis/')({
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(apisQuery())
  },
  component: Apis,
})

const FIRST_API = `from fastapi import FastAPI
from millstream.asgi import MillstreamMiddleware

app = FastAPI()
app.add_middleware(MillstreamMiddleware, name="shop", url="${location.origin}")`

function Apis() {
  const apis = useQuery(apisQuery())
  return (
    <>
      <PageHead title="APIs" scope="HTTP services that report their requests" />
      <div className="stack">
        <Panel title="All APIs" aside={apis.data ? <span className="num">{apis.data.total}</span> : null}>
          <QueryView query={apis} reserve={160}>
            {(data) =>
              data.apis.length > 0 ? (
                <ApiTable apis={data.apis} />
              ) : (
                <NeverHadData title="No API has reported yet">
                  <p>An API appears here with its first request.</p>
                  <FirstLines code={FIRST_API} />
                </NeverHadData>
              )
            }
          </QueryView>
        </Panel>
        <Panel title="Requests" aside="newest first, live">
          <RequestLog filter={{}} />
        </Panel>
      </div>
    </>
  )
}
