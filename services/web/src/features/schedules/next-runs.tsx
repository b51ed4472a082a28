import { NextAt } from '@/features/schedules/next-at'
import { areAlike, readersZone, zonedClock } from '@/lib/zoned-clock'

interface NextRunsProps {
  readonly instants: readonly string[]
  readonly timezone: string
}

/** The next instants in the zone of the schedule and, where that is another, in the reader's. */
export function NextRuns({ instants, timezone }: NextRunsProps) {
  const [there, here] = [zonedClock(timezone), zonedClock(readersZone())]
  const isSame = areAlike(there, here, instants)
  return (
    <div className="table-scroll">
      <table className="table" aria-label="The next runs">
        <thead>
          <tr>
            <th scope="col">Due</th>
            <th scope="col">{there.zone}</th>
            {isSame ? null : <th scope="col">Your time</th>}
          </tr>
        </thead>
        <tbody>
          {instants.map((at) => (
            <tr key={at}>
              <td>
                <NextAt at={at} />
              </td>
              <td className="num">{there.text(at)}</td>
              {isSame ? null : <td className="num faint">{here.day(at) === there.day(at) ? here.time(at) : here.text(at)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
