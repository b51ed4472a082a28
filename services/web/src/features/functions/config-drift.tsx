import { Link } from '@tanstack/react-router'
import type { FunctionDetail } from '@/features/functions/api'
import { differing } from '@/features/functions/settings'
import { count } from '@/lib/format'

/** Live workers that declare different settings: what the newest of them said holds for all jobs. */
export function ConfigDrift({ declared }: { declared: FunctionDetail['settings'] | undefined }) {
  if (!declared || declared.length < 2) return null
  const apart = differing(declared)
  return (
    <div className="drift">
      <p role="status">
        <b>Live workers disagree.</b> What was declared last holds for new jobs, until another worker starts.
      </p>
      <div className="table-scroll">
        <table className="table" aria-label="What live workers declare">
          <thead>
            <tr>
              <th scope="col">Workers</th>
              {apart.map(({ label }) => (
                <th key={label} scope="col" className="right">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {declared.map((settings) => (
              <tr key={settings.workers.join()}>
                <td title={settings.workers.join(', ')}>
                  <Link to="/workers">{settings.workers.length === 1 ? settings.workers[0] : `${count(settings.workers.length)} workers`}</Link>
                  {settings.versions.length > 0 ? <span className="faint"> · {settings.versions.join(', ')}</span> : null}
                </td>
                {apart.map(({ label, text }) => (
                  <td key={label} className="right num">
                    {text(settings)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
