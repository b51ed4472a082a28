import { Link } from '@tanstack/react-router'

/** To the worker among the others, with what it ran and runs beside them. */
export function WorkerLink({ id }: { id: string }) {
  return (
    <Link to="/workers" search={{ worker: id }} title="What this worker runs and ran">
      {id}
    </Link>
  )
}
