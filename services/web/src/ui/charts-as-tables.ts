// Whether the page's charts are shown as tables: one key for all of them, kept in the address.
import { useNavigate, useSearch } from '@tanstack/react-router'
import * as v from 'valibot'
import { optional } from '@/lib/search-params'

export const chartSearch = v.object({ tables: optional(v.literal(true)) })

interface ChartsAsTables {
  readonly asTables: boolean
  readonly toggle: () => void
}

export function useChartsAsTables(): ChartsAsTables {
  const asTables = useSearch({ strict: false, select: ({ tables }) => tables ?? false })
  const navigate = useNavigate()
  return {
    asTables,
    toggle: () => {
      void navigate({ to: '.', search: (previous) => ({ ...previous, tables: asTables ? undefined : true }), replace: true, resetScroll: false })
    },
  }
}
