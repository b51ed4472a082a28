import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { functionsQuery } from '@/features/functions/api'
import { FunctionTable } from '@/features/functions/function-table'
import { FirstLines, NeverHadData } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

export const Route = createFileRoute('/functions/')({
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(functionsQuery())
  },
  component: Functions,
})

const FIRST_FUNCTION = `from millstream import Millstream

app = Millstream("shop", url="${location.origin}")

@app.function(retries=5, timeout=30)
def resize(image_id: str) -> str: ...

# millstream worker app.py`

function Functions() {
  const functions = useQuery(functionsQuery())
  return (
    <>
      <PageHead title="Functions" scope="The code that jobs run, and how it has been doing for 24 hours" />
      <Panel title="All functions" aside={functions.data ? <span className="num">{functions.data.total}</span> : null}>
        <QueryView query={functions} reserve={240}>
          {(data) =>
            data.functions.length > 0 ? (
              <FunctionTable functions={data.functions} />
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
