import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lossesQuery, type WorkerLoss } from '@/features/workers/api'
import { whyText } from '@/features/workers/losses'
import { count, DASH } from '@/lib/format'
import { Panel } from '@/ui/panel'
import { Time } from '@/ui/time'

/** Who was lost in a day, long after it left the list of those who are there; nothing where nobody was. */
export function LossesPanel() {
  const { data } = useQuery(lossesQuery())
  if (!data || data.total === 0) return null
  return (
    <div id="losses">
      <Panel title="Lost" aside={data.total > data.losses.length ? `the newest ${count(data.losses.length)} of ${count(data.total)} in 24 hours` : `${count(data.total)} in 24 hours`}>
        <div className="table-scroll">
          <table className="table" aria-label="Lost workers">
            <thead>
              <tr>
                <th scope="col">Lost</th>
                <th scope="col">Worker</th>
                <th scope="col">Instance</th>
                <th scope="col" className="hide-phone">
                  Node
                </th>
                <th scope="col">Why</th>
                <th scope="col" className="hide-phone">
                  Version
                </th>
                <th scope="col" className="right">
                  Ran
                </th>
                <th scope="col">Jobs</th>
              </tr>
            </thead>
            <tbody>
              {data.losses.map((loss) => (
                <LossRow key={`${loss.worker_id} ${loss.lost_at}`} loss={loss} />
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </div>
  )
}

function LossRow({ loss }: { loss: WorkerLoss }) {
  return (
    <tr>
      <td>
        <Time at={loss.lost_at} />
      </td>
      <td>{loss.worker_name}</td>
      <td>
        <code title={loss.worker_id}>{loss.pod?.name ?? loss.hostname ?? loss.worker_id}</code>
      </td>
      <td className="hide-phone">{loss.pod?.node ?? DASH}</td>
      <td>{whyText(loss) ?? DASH}</td>
      <td className="hide-phone">{loss.version ?? DASH}</td>
      <td className="right num" title="Jobs it ran when it was heard last">
        {count(loss.active_jobs)}
      </td>
      <td>
        <Link to="/jobs" search={{ interrupted_by: loss.worker_id }}>
          interrupted
        </Link>
      </td>
    </tr>
  )
}
