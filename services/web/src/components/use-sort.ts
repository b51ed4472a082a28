// The order of the page's table, read from its address and changed there.
import { useNavigate, useSearch } from '@tanstack/react-router'

interface Sorting {
  readonly sort: string
  readonly onSort: (sort: string) => void
}

export function useSort(usual: string): Sorting {
  const { sort = usual } = useSearch({ strict: false })
  const navigate = useNavigate()
  return {
    sort,
    onSort: (next) => {
      void navigate({ to: '.', search: (previous) => ({ ...previous, sort: next }), replace: true })
    },
  }
}
