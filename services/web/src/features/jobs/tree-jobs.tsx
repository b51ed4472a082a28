import { Link } from '@tanstack/react-router'
import { count } from '@/lib/format'
import { LIVE } from '@/lib/range'

/** How many jobs a tree has, as the door to them as a list, which takes filters; of one alone nothing is said. */
export function TreeJobs({ rootId, total }: { rootId: string; total: number | null }) {
  if (total === null || total < 2) return null
  return (
    <Link to="/jobs" search={{ root_id: rootId, ...LIVE }} className="num">
      {count(total)} jobs
    </Link>
  )
}
