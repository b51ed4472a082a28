// Which columns the list of jobs has: as the address says, else as this browser was last told, else the usual ones.
import { useEffect } from 'react'
import { store, stored } from '@/lib/browser-storage'

export const COLUMN_KEYS = ['status', 'function', 'job', 'args', 'attempt', 'wait', 'duration', 'error', 'worker', 'trigger', 'priority', 'tags', 'started', 'created'] as const
export type ColumnKey = (typeof COLUMN_KEYS)[number]

export const USUAL_COLUMNS: readonly ColumnKey[] = ['status', 'function', 'job', 'attempt', 'wait', 'duration', 'worker', 'created']
/** A row without its job would lead nowhere. */
export const KEPT_COLUMN: ColumnKey = 'job'
const STORED = 'job-columns'

/** In the one order columns have; what is no column is left out, and nothing left is as if nothing were said. */
export function readColumns(spelled: string | null | undefined): readonly ColumnKey[] | null {
  const said = new Set<string>(spelled?.split(',') ?? [])
  const known = COLUMN_KEYS.filter((key) => said.has(key))
  return known.length === 0 ? null : COLUMN_KEYS.filter((key) => key === KEPT_COLUMN || said.has(key))
}

/** As the address has them; undefined for the usual ones. */
export function spellColumns(columns: readonly ColumnKey[]): string | undefined {
  const spelled = columns.join(',')
  return spelled === USUAL_COLUMNS.join(',') ? undefined : spelled
}

export const withColumn = (columns: readonly ColumnKey[], key: ColumnKey, isShown: boolean): readonly ColumnKey[] =>
  COLUMN_KEYS.filter((one) => (one === key ? isShown : columns.includes(one)))

export interface ColumnChoice {
  readonly columns: readonly ColumnKey[]
  readonly choose: (columns: readonly ColumnKey[]) => void
}

/** `onSpelled` writes them into the address, so that whoever gets it sees the same. */
export function useColumnChoice(spelled: string | undefined, onSpelled: (spelled: string | undefined) => void): ColumnChoice {
  const remembered = spelled === undefined ? stored(STORED) : null
  useEffect(() => {
    if (remembered !== null && readColumns(remembered) !== null) onSpelled(remembered)
  }, [remembered, onSpelled])
  return {
    columns: readColumns(spelled ?? remembered) ?? USUAL_COLUMNS,
    choose: (columns) => {
      const next = spellColumns(columns)
      store(STORED, next ?? null)
      onSpelled(next)
    },
  }
}
