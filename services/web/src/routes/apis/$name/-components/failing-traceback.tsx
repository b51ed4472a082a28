import { useQuery } from '@tanstack/react-query'
import { tracebackQuery } from '@/features/apis/failing'
import { ChooseEditor } from '@/features/code/choose-editor'
import { TracebackView } from '@/features/jobs/traceback-view'
import { SPANS, type TimeWindow } from '@/lib/range'
import { CopyButton } from '@/ui/copy-button'
import { Nothing } from '@/ui/nothing'
import { QueryView } from '@/ui/query-view'

/** Where an exception came from, the newest of its kind that was told. */
export function FailingTraceback({ name, fingerprint, shown }: { name: string; fingerprint: string; shown: TimeWindow | null }) {
  const found = useQuery(tracebackQuery(name, fingerprint, { shown, liveMs: SPANS['24h'] }))
  return (
    <QueryView query={found} reserve={160}>
      {({ data: one }) => {
        if (!one) return <Nothing kind="none" title="It is not kept any more." />
        if (one.traceback === null) return <Nothing kind="forbidden" title="Your key may not read tracebacks: that needs the scope payloads:read." />
        return (
          <>
            <div className="error-head">
              <span className="faint">{one.version === null ? 'The newest of its kind' : `The newest of its kind, version ${one.version}`}</span>
              <span className="error-tools">
                <ChooseEditor />
                <CopyButton text={one.traceback} label="Copy error" />
              </span>
            </div>
            <TracebackView text={one.traceback} version={one.version} />
          </>
        )
      }}
    </QueryView>
  )
}
