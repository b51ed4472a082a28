import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { LIVE } from '@/lib/range'

/** Each to the jobs that have it. */
export function TagLinks({ tags }: { tags: readonly string[] }) {
  return tags.map((tag, index) => (
    <Fragment key={tag}>
      {index > 0 ? ', ' : null}
      <Link to="/jobs" search={{ tag: [tag], ...LIVE }}>
        {tag}
      </Link>
    </Fragment>
  ))
}
