import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import * as v from 'valibot'
import { functionsQuery } from '@/features/functions/api'
import { FunctionTable } from '@/features/functions/function-table'
import { optionalText } from '@/lib/search-params'
import { FirstLines, NeverHadData } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

export const Route = createFileRoute('/functions/')({
  validateSearch: v.object({ sort: optionalText }),
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(functionsQuery())
  },
  component: Functions,
})

/** Those that run most come first. */
const USUAL_SORT = '-runs'

const FIRST_FUNCTION = `from millstream import Millstream

app = Millstream("shop", url="${location.origin}")

@app.function(retries=5, timeout=30)
def resize(image_id: str) -> str: ...

# millstream worker app.py`

function Functions() {
  const functions = useQuery(functionsQuery())
  const { sort = USUAL_SORT } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <>
      <PageHead title="Functions" scope="The code that jobs run, and how it has been doing for 24 hours" />
      <Panel title="All functions" aside={functions.data ? <span className="num">{functions.data.total}</span> : null}>
        <QueryView query={functions} reserve={240}>
          {(data) =>
            data.functions.length > 0 ? (
              <FunctionTable
                functions={data.functions}
                sort={sort}
                onSort={(next) => {
                  void navigate({ search: (previous) => ({ ...previous, sort: next }), replace: true })
                }}
              />
            ) : (
              <NeverHadData title="No function has been declared yet">
                <p>A function appears here when its first worker starts.</p>
                <FirstLines code={FIRST_FUNCTION} />
              </NeverHadData>
            )
          }
        </QueryView>
      </Panel>
    </>
  )
}
