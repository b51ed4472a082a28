import { createFileRoute, redirect } from '@tanstack/react-router'

export const Route = createFileRoute('/')({
  beforeLoad: () => {
    // TanStack Router redirects by throwing.
    throw redirect({ to: '/dashboard', replace: true })
  },
})
