import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { MOST_DOWNLOADED, readRequests } from '@/features/apis/api'
import { csvHead, csvOf } from '@/features/apis/request-csv'
import type { RequestFilter } from '@/features/apis/request-filter'
import { count } from '@/lib/format'
import type { TimeWindow } from '@/lib/range'
import { saveFile } from '@/lib/save-file'
import { useActions } from '@/ui/actions'

/** Everything the log finds, of its range or of all that is kept, as a file; the button says how much was read, and stops it. */
export function DownloadRequests({ filter, shown }: { filter: RequestFilter; shown: TimeWindow | null }) {
  const [read, setRead] = useState(0)
  const [stop, setStop] = useState<AbortController | null>(null)
  const download = useMutation({
    mutationFn: async (stopped: AbortController) => {
      setStop(stopped)
      const parts = [csvHead()]
      let many = 0
      setRead(0)
      for await (const events of readRequests(filter, shown, stopped.signal)) {
        parts.push(csvOf(events))
        many += events.length
        setRead(many)
      }
      saveFile(`${filter.api_name ?? 'requests'}.csv`, new Blob(parts, { type: 'text/csv' }))
      return many
    },
  })
  const run = (): void => {
    download.mutate(new AbortController())
  }
  useActions(download.isPending ? [] : [{ id: 'requests-csv', label: 'Download these requests as CSV', group: 'Requests', run }])
  if (download.isPending)
    return (
      <button type="button" className="link-button" onClick={() => stop?.abort()}>
        <span className="num">{count(read)}</span> read, stop
      </button>
    )
  const failed = download.error && !stop?.signal.aborted ? download.error.message : null
  return (
    <>
      <span role="status" className={failed ? 'action-error' : 'faint'}>
        {failed ?? (download.data === MOST_DOWNLOADED ? `the newest ${count(MOST_DOWNLOADED)} saved` : null)}
      </span>
      <button type="button" className="link-button" title={`At most the newest ${count(MOST_DOWNLOADED)}`} onClick={run}>
        <Download size={12} aria-hidden /> CSV
      </button>
    </>
  )
}
